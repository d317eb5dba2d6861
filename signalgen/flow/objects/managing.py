"""Facts about a manager: its own methods, and whether Django's are unchanged."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

from signalgen.dotted import dotted
from signalgen.facts.orm import MANAGERS
from signalgen.facts.rownames import CONTRIB_NAMES, USER_MANAGER_NAMES
from signalgen.index.members.reverse import lineage
from signalgen.index.members.rownames import is_closed, row_names
from signalgen.index.memo import answered_once
from signalgen.index.models.managers import has_manager
from signalgen.index.models.shapes import class_values
from signalgen.index.reading.code import flattened
from signalgen.index.reading.resolving import bases, find_class, resolve
from signalgen.index.reading.walking import values_of, walk

if TYPE_CHECKING:
    from signalgen.index import Index
    from signalgen.index.members.rownames import RowNames
    from signalgen.values.index import ClassRef, ModelInfo

_DEEPEST = 6
_MAKING = (".as_manager", ".from_queryset")
_LAST = ("Manager", "QuerySet", "BaseManager", "UserManager", "BaseUserManager")


class Managed(NamedTuple):
    """A manager or queryset.

    ``methods`` are those that the project gives it, None if one of its classes is not read;
    ``whole``: with Django's they are all that it has.
    """

    methods: frozenset[str] | None = frozenset()
    whole: bool = True


UNREAD = Managed(None, whole=False)


@answered_once
def managed(index: Index, names: RowNames, attribute: str) -> Managed | None:
    """Return a manager of a model class, None if it has none of that name."""
    info = names.info
    if info is None:
        return Managed(USER_MANAGER_NAMES) if attribute == "objects" else None
    given = _given(info, attribute)
    if given is None:
        if attribute != "objects" and attribute not in MANAGERS:
            return None
        return _by_default(index, names) if attribute == "objects" else related(index, info.dotted)
    if attribute not in MANAGERS and not has_manager(index, info, attribute):
        return None
    return _read(index, *given)


@answered_once
def related(index: Index, model: str) -> Managed:
    """Return the manager of related rows, which derives from the default one."""
    names = row_names(index, model)
    if names is None or names.info is None:
        return UNREAD if names is None else Managed(USER_MANAGER_NAMES, whole=False)
    own = {
        attribute
        for attribute in names.info.attributes
        if _given(names.info, attribute) and has_manager(index, names.info, attribute)
    }
    found = [managed(index, names, item) for item in sorted(own)] or [_by_default(index, names)]
    methods: frozenset[str] = frozenset()
    for item in found:
        if item is None or item.methods is None:
            return UNREAD
        methods |= item.methods
    return Managed(methods, whole=not own)


def _by_default(index: Index, names: RowNames) -> Managed:
    if names.info is None or not is_closed(index, names):
        return UNREAD
    users = any(
        base in CONTRIB_NAMES
        for owner in lineage(names.info)
        for base in bases(index.code, owner.cls)
    )
    return Managed(USER_MANAGER_NAMES if users else frozenset())


def _given(info: ModelInfo, attribute: str) -> tuple[str, ast.expr] | None:
    """Return the value that the nearest class assigns to a name, and its file."""
    for owner in lineage(info):
        value = class_values(owner.cls.node).get(attribute)
        if value is not None:
            return owner.cls.path, value
    return None


def _read(index: Index, path: str, value: ast.expr) -> Managed:
    methods: set[str] = set()
    whole = True
    parts = [item for item in walk(value) if isinstance(item, (ast.Name, ast.Attribute))]
    inner = {id(item.value) for item in parts if isinstance(item, ast.Attribute)}
    named = [dotted(item) for item in parts if id(item) not in inner]
    for written in dict.fromkeys(item for item in named if item):
        name = resolve(index.code, path, written)
        for making in _MAKING:
            name = name.removesuffix(making)
        cls = find_class(index.code, name)
        if cls is None:
            if not _is_djangos(name):
                return UNREAD
            continue
        own = _methods(index, cls, 0)
        if own is None:
            return UNREAD
        methods |= own
    if {"get_queryset", "get_query_set", "__getattr__"} & methods:
        whole = False
    return Managed(frozenset(methods), whole)


def _methods(index: Index, cls: ClassRef, depth: int) -> set[str] | None:
    found = set(values_of(cls.node))
    found |= {
        stmt.name
        for stmt in flattened(cls.node.body)
        if isinstance(stmt, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
    }
    for written, name in zip(cls.node.bases, bases(index.code, cls), strict=True):
        parent = find_class(index.code, name) if name else None
        if parent is not None:
            more = _methods(index, parent, depth + 1) if depth < _DEEPEST else None
            if more is None:
                return None
            found |= more
        elif isinstance(written, ast.Call) and dotted(written.func).endswith(".from_queryset"):
            inner = _read(index, cls.path, written)
            if inner.methods is None:
                return None
            found |= inner.methods
        elif name != "object" and not _is_djangos(name):
            return None
        if name.endswith("UserManager"):
            found |= USER_MANAGER_NAMES
    return found


def _is_djangos(name: str) -> bool:
    return name.startswith("django.") and name.rpartition(".")[2] in _LAST
