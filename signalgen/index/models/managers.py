"""The managers of a model by attribute name: ``objects``, and ``active = ActiveManager()``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.dotted import dotted
from signalgen.facts.orm import MANAGERS
from signalgen.index.models.shapes import class_values
from signalgen.index.reading.resolving import derived_from, find_class, lineage, resolve
from signalgen.index.reading.walking import values_of, walk

if TYPE_CHECKING:
    from signalgen.index import Index
    from signalgen.values.index import ModelInfo

_JOINS = frozenset({"select_related", "prefetch_related"})
_MAKES = ("as_manager", "from_queryset")


def has_manager(index: Index, model: ModelInfo, name: str) -> bool:
    """Tell whether a class attribute is a manager: ``objects``, or made from a manager class."""
    return name in MANAGERS or any(
        _is_manager(index, owner.cls.path, value)
        for owner in (model, *model.parents)
        if (value := class_values(owner.cls.node).get(name)) is not None
    )


def joins_relations(index: Index, model: ModelInfo) -> bool:
    """Tell whether a manager may fetch related rows too, so that reading them costs no query."""
    for owner in (model, *model.parents):
        for values in values_of(owner.cls.node).values():
            for value in values:
                if not _is_manager(index, owner.cls.path, value):
                    continue
                names = {
                    dotted(item)
                    for item in walk(value)
                    if isinstance(item, (ast.Name, ast.Attribute))
                }
                if any(
                    _joins(index, resolve(index.code, owner.cls.path, name))
                    for name in names
                    if name
                ):
                    return True
    return False


def fetches_peers(index: Index, model: ModelInfo, attribute: str) -> bool:
    """Tell whether a manager says ``fetch_mode(FETCH_PEERS)``: one query for all of its rows.

    Related managers derive from the default manager, but drop that mode.
    """
    for owner in (model, *model.parents):
        for value in values_of(owner.cls.node).get(attribute, ()):
            made = value.func if isinstance(value, ast.Call) else value
            names = (
                dotted(item) for item in walk(made) if isinstance(item, (ast.Name, ast.Attribute))
            )
            for name in filter(None, names):
                cls = find_class(index.code, resolve(index.code, owner.cls.path, name))
                if cls is not None and any(
                    getattr(item, "attr", getattr(item, "id", "")) == "FETCH_PEERS"
                    for one in lineage(index.code, cls)
                    for item in walk(one.node)
                ):
                    return True
    return False


def _is_manager(index: Index, path: str, value: ast.expr) -> bool:
    func = value.func if isinstance(value, ast.Call) else None
    # `Manager.from_queryset(X)()` is a call of a call.
    made = func.func if isinstance(func, ast.Call) else func
    written = dotted(made)
    last = written.rpartition(".")[2]
    return bool(written) and (
        last in _MAKES or _is_called_manager(index, resolve(index.code, path, written))
    )


def _is_called_manager(index: Index, name: str) -> bool:
    if name.endswith("Manager"):
        return True
    cls = find_class(index.code, name)
    return cls is not None and any(
        base.endswith("Manager") for base, _ in derived_from(index.code, cls)
    )


def _joins(index: Index, name: str) -> bool:
    cls = find_class(index.code, name.removesuffix(".as_manager").removesuffix(".from_queryset"))
    return cls is not None and any(
        isinstance(item, ast.Attribute) and item.attr in _JOINS
        for one in lineage(index.code, cls)
        for item in walk(one.node)
    )
