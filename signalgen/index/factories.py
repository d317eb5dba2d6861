"""A project's factory_boy factories and the model each builds. ``find_factories`` is the entry."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from signalgen.dotted import dotted
from signalgen.index.models.shapes import assigned
from signalgen.index.reading.resolving import bases, find_class, resolve
from signalgen.late import pattern

if TYPE_CHECKING:
    from collections.abc import Mapping

    from signalgen.index.reading.code import Codebase
    from signalgen.values.index import ClassRef

_FACTORY = pattern(rb"^class[ \t]+\w+\([^)]*Factory\b", re.MULTILINE)
_DEEPEST = 6


def find_factories(code: Codebase, labels: Mapping[str, str]) -> dict[str, str]:
    """Return a project's factories: model label -> import path of the factory class.

    ``labels`` maps the dotted names of the project's models to their labels.
    """
    found: dict[str, str] = {}
    for path in code.survey.sources.matching(_FACTORY, b"Factory"):
        if path not in code.survey.names.by_path:
            continue
        for cls in (code.class_ref(path, node) for node in code.classes(path)):
            label = _model_label(code, cls, labels) if _is_factory(code, cls, 0) else None
            # OrderFactory wins over others that build an Order, such as PaidOrderFactory.
            if label and cls.node.name == f"{label.rpartition('.')[2]}Factory":
                found[label] = cls.dotted
            elif label:
                found.setdefault(label, cls.dotted)
    return dict(sorted(found.items()))


def _is_factory(code: Codebase, cls: ClassRef, depth: int) -> bool:
    for base in bases(code, cls):
        if base.startswith("factory.") and base.endswith("Factory"):
            return True
        parent = find_class(code, base)
        if parent is not None and depth < _DEEPEST and _is_factory(code, parent, depth + 1):
            return True
    return False


def _model_label(
    code: Codebase, cls: ClassRef, labels: Mapping[str, str], depth: int = 0
) -> str | None:
    inner = [
        s for s in cls.node.body if isinstance(s, ast.ClassDef) and s.name in ("Meta", "Params")
    ]
    for node in (*inner, cls.node):
        own = assigned(node.body)
        model = own.get("model") or own.get("FACTORY_FOR")
        abstract = own.get("abstract")
        # An abstract factory makes nothing itself, only those that derive from it.
        if depth == 0 and isinstance(abstract, ast.Constant) and abstract.value is True:
            return None
        if isinstance(model, ast.Constant) and isinstance(model.value, str):
            return model.value if model.value in labels.values() else None
        if model is not None:
            return labels.get(resolve(code, cls.path, dotted(model)))
    parents = (find_class(code, base) for base in bases(code, cls)) if depth < _DEEPEST else ()
    found = (_model_label(code, parent, labels, depth + 1) for parent in parents if parent)
    return next((label for label in found if label), None)
