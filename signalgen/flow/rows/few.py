"""Whether a loop runs over few rows, by what the code says of them: ``runs_over_few``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.dotted import dotted
from signalgen.flow.function.loops import element
from signalgen.flow.function.signature import names_of
from signalgen.flow.rows.orm import chain, manager_model
from signalgen.index.models.relations import same_model, sender_model
from signalgen.index.models.senders import USER_SETTING
from signalgen.index.reading.resolving import derived_from
from signalgen.index.reading.walking import values_of
from signalgen.late import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.flow.function.loops import Loop
    from signalgen.index import Index
    from signalgen.values.index import FunctionRef, Receiver

_MOST = 20
_COPIES = frozenset({"list", "tuple", "set", "sorted", "reversed", "iter"})
_SET_UP = frozenset(
    {
        "django.contrib.auth.models.Permission",
        "django.contrib.auth.models.Group",
        "django.contrib.contenttypes.models.ContentType",
        "django.contrib.sites.models.Site",
    }
)
"""Models whose rows somebody sets up, a few for the whole project."""
_USERS = frozenset(
    f"django.contrib.auth.{module}.{name}"
    for module in ("models", "base_user")
    for name in ("AbstractUser", "AbstractBaseUser")
)
_DEFAULT = pattern(r"^(?:is_|by_)?default(?:_\w+)?$|_(?:by_|is_)?default$")


def runs_over_few(
    index: Index, receiver: Receiver, function: FunctionRef, loop: Loop, query: ast.expr
) -> bool:
    """Tell whether a loop of the receiver runs a query for few rows.

    Those are a slice with a small end, the choices of a field, what is marked as default, groups
    and permissions, and what was picked for the row itself: a many-to-many field of its own that
    leads to no people. To save or delete the picked rows one by one counts all the same, as
    `update()` or `delete()` would take the place of the loop.
    """
    name, given = element(loop.target, loop.iter)
    # A picked row that is saved or deleted.
    asked = dotted(query.func) if isinstance(query, ast.Call) else ""
    alone = asked in (f"{name}.save", f"{name}.delete")
    rows = _rows(function, given)
    return bool(rows) and all(
        _are_few(index, function, item)
        or (not alone and _are_picked(index, receiver, function, item))
        for item in rows
    )


def _are_few(index: Index, function: FunctionRef, rows: ast.expr) -> bool:
    if isinstance(rows, ast.Attribute) and rows.attr == "choices":
        return True
    if isinstance(rows, ast.Subscript):
        end = rows.slice.upper if isinstance(rows.slice, ast.Slice) else None
        value = end.value if isinstance(end, ast.Constant) else None
        if isinstance(value, int) and 0 < value <= _MOST:
            return True
        rows = rows.value
    return isinstance(rows, ast.Call) and (
        any(_is_default(item) for item in _filters(rows))
        or manager_model(index, function, rows) in _SET_UP
    )


def _rows(function: FunctionRef, node: ast.expr, depth: int = 3) -> list[ast.expr]:
    """Return what a loop may run over, behind a local name and copies."""
    if depth and isinstance(node, ast.Name):
        values = values_of(function.node).get(node.id, [])
        return [item for value in values for item in _rows(function, value, depth - 1)]
    if depth and isinstance(node, ast.Call) and dotted(node.func) in _COPIES and node.args:
        return _rows(function, node.args[0], depth - 1)
    return [node]


def _filters(rows: ast.Call) -> Iterator[ast.keyword]:
    node: ast.expr = rows
    while isinstance(node, (ast.Call, ast.Attribute, ast.Subscript)):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute) and node.func.attr == "filter":
                yield from node.keywords
            node = node.func
        else:
            node = node.value


def _is_default(item: ast.keyword) -> bool:
    value = item.value.value if isinstance(item.value, ast.Constant) else None
    return value is True and _DEFAULT.search(item.arg or "") is not None


def _are_picked(index: Index, receiver: Receiver, function: FunctionRef, rows: ast.expr) -> bool:
    """Tell whether rows are those of a many-to-many field of ``instance``, and no people."""
    parts = chain(rows)
    model = sender_model(index, receiver)
    if model is None or len(parts) < 3 or parts[0] not in names_of(function, "instance"):
        return False
    field = model.field(parts[1])
    if field is None or field.kind != "m2m":
        return False
    other = index.model(field.target) if field.target else None
    if other is None:
        return False
    people = [item.target for item in other.fields if item.kind == "one_to_one"]
    return not any(_is_person(index, name) for name in (other.dotted, *people))


def _is_person(index: Index, name: str) -> bool:
    model = index.model(name)
    bases = derived_from(index.code, model.cls) if model is not None else ()
    return same_model(index, name, USER_SETTING) or any(base in _USERS for base, _ in bases)
