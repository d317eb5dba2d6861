"""Members of enumerations (``Order.Status.PAID``) that do not exist. Entry: ``missing_member``.

The members of an enumeration are fixed when its class is created: none can be added later.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

from signalgen.dotted import dotted
from signalgen.flow.rows.spelling import likely
from signalgen.index.reading.code import flattened
from signalgen.index.reading.resolving import bases, find, find_class, lineage, resolve
from signalgen.values.index import ClassRef

if TYPE_CHECKING:
    from signalgen.flow.objects.objects import ObjectReading
    from signalgen.index import Index

_DJANGOS = ("django.db.models", "django.db.models.enums")
_ENUMS = frozenset(
    [f"{module}.{name}" for module in _DJANGOS for name in ("TextChoices", "IntegerChoices")]
    + [f"enum.{name}" for name in ("Enum", "IntEnum", "StrEnum")]
)
_MIXED_IN = {"str": str, "int": int}
"""Builtins that ``enum.Enum`` is often derived with."""
_OF_ENUMS = frozenset(["name", "value", "label", "names", "values", "labels", "choices", "mro"])
_MOST_SHOWN = 8


class MissingMember(NamedTuple):
    """A member that an enumeration does not have: the problem, and the likely or known members."""

    message: str
    near: str
    hint: str


def missing_member(reading: ObjectReading, node: ast.Attribute) -> MissingMember | None:
    """Return what is wrong with an attribute of an enumeration of the project, None if nothing."""
    last = getattr(node.value, "attr", "") or getattr(node.value, "id", "")
    if not last[:1].isupper() or not isinstance(node.ctx, ast.Load):
        return None
    cls = _class(reading, node.value)
    members = _members(reading.index, cls) if cls is not None else None
    if cls is None or members is None or not members or node.attr in members:
        return None
    if any(node.attr in names for names in (_OF_ENUMS, dir(str), dir(int))):
        return None
    shown = sorted(members)[:_MOST_SHOWN]
    more = ", …" if len(members) > len(shown) else ""
    name = _shown(reading, node.value)
    return MissingMember(
        f"{name} has no member {node.attr!r}",
        likely(node.attr, members),
        f"it has {', '.join(shown)}{more}",
    )


def _shown(reading: ObjectReading, node: ast.expr) -> str:
    # ``instance.Status`` under the name of its model.
    if isinstance(node, ast.Attribute):
        owner = reading.what(node.value)
        if owner is not None and len(owner.models) == 1:
            return f"{next(iter(owner.models)).rpartition('.')[2]}.{node.attr}"
    return dotted(node)


def _class(reading: ObjectReading, node: ast.expr) -> ClassRef | None:
    """Return the class of the project that an expression names, also through a row or model."""
    index = reading.index
    if isinstance(node, ast.Attribute):
        owner = reading.what(node.value)
        if owner is not None:
            if owner.kind not in ("row", "class") or len(owner.models) != 1:
                return None
            holder = find_class(index.code, next(iter(owner.models)))
            return _within(index, holder, node.attr) if holder is not None else None
    written = dotted(node)
    if not written or written.partition(".")[0] in reading.local:
        return None
    found = find(index.code, resolve(index.code, reading.function.path, written))
    if found is None or not isinstance(found.stmt, ast.ClassDef):
        return None
    cls: ClassRef | None = index.code.class_ref(found.path, found.stmt)
    for name in found.rest.split(".") if found.rest else ():
        cls = _within(index, cls, name) if cls is not None else None
    return cls


def _within(index: Index, holder: ClassRef, name: str) -> ClassRef | None:
    """Return the class of that name in the body of a class or of its bases."""
    for one in lineage(index.code, holder):
        for stmt in flattened(one.node.body):
            if isinstance(stmt, ast.ClassDef) and stmt.name == name:
                return ClassRef(one.path, one.module, stmt)
            if isinstance(stmt, ast.Assign) and any(dotted(t) == name for t in stmt.targets):
                # ``Status = OrderStatus`` in the body.
                return find_class(index.code, resolve(index.code, one.path, dotted(stmt.value)))
    return None


def _members(index: Index, cls: ClassRef) -> frozenset[str] | None:
    """Return the members of an enumeration; None for another or an unread class."""
    named = bases(index.code, cls)
    if cls.node.decorator_list or cls.node.keywords or not named:
        return None
    if not any(name in _ENUMS for name in named):
        return None
    if any(name not in _ENUMS and name not in _MIXED_IN for name in named):
        return None
    found: set[str] = set()
    for stmt in flattened(cls.node.body):
        if isinstance(stmt, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            found.add(stmt.name)
        elif isinstance(stmt, ast.Assign) and all(isinstance(t, ast.Name) for t in stmt.targets):
            found |= {dotted(target) for target in stmt.targets}
        elif isinstance(stmt, ast.AnnAssign) and isinstance(stmt.target, ast.Name):
            found.add(stmt.target.id)
        elif not isinstance(stmt, (ast.Pass, ast.Expr)):
            return None
    return frozenset(found)
