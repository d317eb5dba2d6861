"""Managers of a model by attribute name: ``objects``, and ``active = ActiveManager()``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.dotted import dotted
from signalgen.facts.orm import MANAGERS
from signalgen.index.reading.resolving import bases, find_class, resolve
from signalgen.index.reading.walking import values_of, walk

if TYPE_CHECKING:
    from signalgen.index import Index
    from signalgen.values.index import ModelInfo

_JOINS = frozenset({"select_related", "prefetch_related"})
_DEEPEST = 4
_MAKES = ("as_manager", "from_queryset")


def has_manager(index: Index, model: ModelInfo, name: str) -> bool:
    """Tell whether a class attribute is a manager: ``objects``, or made from a manager class."""
    return name in MANAGERS or any(
        _is_manager(index, owner.cls.path, value)
        for owner in (model, *model.parents)
        for value in values_of(owner.cls.node).get(name, ())
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
                    _joins(index, resolve(index.code, owner.cls.path, name), 0)
                    for name in names
                    if name
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
        last in _MAKES or _is_called_manager(index, resolve(index.code, path, written), 0)
    )


def _is_called_manager(index: Index, name: str, depth: int) -> bool:
    if name.endswith("Manager") or depth > _DEEPEST:
        return name.endswith("Manager")
    cls = find_class(index.code, name)
    return cls is not None and any(
        _is_called_manager(index, base, depth + 1) for base in bases(index.code, cls)
    )


def _joins(index: Index, name: str, depth: int) -> bool:
    cls = find_class(index.code, name.removesuffix(".as_manager").removesuffix(".from_queryset"))
    if cls is None or depth > _DEEPEST:
        return False
    own = any(isinstance(item, ast.Attribute) and item.attr in _JOINS for item in walk(cls.node))
    return own or any(_joins(index, base, depth + 1) for base in bases(index.code, cls))
