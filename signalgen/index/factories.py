"""A project's factory_boy factories and the model each builds. ``find_factories`` is the entry."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from signalgen.dotted import dotted
from signalgen.index.models.shapes import assigned
from signalgen.index.reading.resolving import derived_from, lineage, resolve
from signalgen.late import pattern
from signalgen.values.project import Factory

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from signalgen.index.reading.code import Codebase
    from signalgen.values.index import ClassRef

_FACTORY = pattern(rb"^class[ \t]+\w+\([^)]*Factory\b", re.MULTILINE)
_INNER = ("Meta", "Params")


def find_factories(code: Codebase, labels: Mapping[str, str]) -> dict[str, Factory]:
    """Return a project's factories by the label of their model.

    ``labels`` maps the dotted names of the project's models to their labels.
    """
    found: dict[str, Factory] = {}
    for path in code.survey.sources.matching(_FACTORY, b"Factory"):
        if path not in code.survey.names.by_path:
            continue
        for cls in (code.class_ref(path, node) for node in code.classes(path)):
            label = _model_label(code, cls, labels) if _is_factory(code, cls) else None
            # OrderFactory wins over others that build an Order, such as PaidOrderFactory.
            own = label is not None and cls.node.name == f"{label.rpartition('.')[2]}Factory"
            if label and (own or label not in found):
                found[label] = Factory(cls.dotted, _found_by(code, cls))
    return dict(sorted(found.items()))


def _is_factory(code: Codebase, cls: ClassRef) -> bool:
    return any(
        name.startswith("factory.") and name.endswith("Factory")
        for name, _ in derived_from(code, cls)
    )


def _model_label(code: Codebase, cls: ClassRef, labels: Mapping[str, str]) -> str | None:
    for one in lineage(code, cls):
        for own in _assigned_in(one):
            abstract = own.get("abstract")
            # An abstract factory creates nothing itself, only its subclasses do.
            if one is cls and isinstance(abstract, ast.Constant) and abstract.value is True:
                return None
            model = own.get("model") or own.get("FACTORY_FOR")
            if isinstance(model, ast.Constant) and isinstance(model.value, str):
                return model.value if model.value in labels.values() else None
            if model is not None:
                return labels.get(resolve(code, one.path, dotted(model)))
    return None


def _found_by(code: Codebase, cls: ClassRef) -> tuple[str, ...]:
    # Each option of Meta is inherited separately.
    for base in lineage(code, cls):
        for own in _assigned_in(base):
            named = own.get("django_get_or_create")
            if named is not None:
                parts = [one for one in ast.walk(named) if isinstance(one, ast.Constant)]
                return tuple(str(part.value) for part in parts)
    return ()


def _assigned_in(cls: ClassRef) -> Iterator[dict[str, ast.expr]]:
    for stmt in (*cls.node.body, cls.node):
        if isinstance(stmt, ast.ClassDef) and (stmt is cls.node or stmt.name in _INNER):
            yield assigned(stmt.body)
