"""The fix that makes queries use the database passed to the receiver: ``using_fix``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.check.fixes.edits import after
from signalgen.dotted import dotted
from signalgen.flow.function.signature import all_parameters
from signalgen.flow.rows.orm import manager_model
from signalgen.index.reading.resolving import resolve
from signalgen.values.check import Fix

if TYPE_CHECKING:
    from collections.abc import Iterable

    from signalgen.index import Index
    from signalgen.values.index import FunctionRef

_MANAGERS = frozenset({"objects", "_default_manager", "_base_manager"})


def given_database(function: FunctionRef) -> str:
    """Return a receiver's expression for the database written to, empty if it takes none."""
    if any(item.arg == "using" for item in all_parameters(function)):
        return "using"
    kwargs = function.node.args.kwarg
    return f'{kwargs.arg}["using"]' if kwargs is not None else ""


def using_fix(index: Index, function: FunctionRef, calls: Iterable[ast.Call]) -> Fix | None:
    """Return the fix that puts ``Model.objects.db_manager(using)`` into each of some calls.

    ``db_manager`` and not ``using``: the manager may have methods of its own. None if a call is not
    made on a plain manager, or the receiver does not get the database.
    """
    value = given_database(function)
    managers = [_manager(index, function, call) for call in calls]
    known = [node for node in managers if node is not None]
    if not value or not known or len(known) < len(managers):
        return None
    edits = tuple(after(index, function.path, node, f".db_manager({value})") for node in known)
    return Fix(f"ask the database {value}", edits)


def _manager(index: Index, function: FunctionRef, call: ast.Call) -> ast.Attribute | None:
    """Return ``Model.objects`` in ``Model.objects.filter(…).update(…)``."""
    node: ast.expr = call.func
    while isinstance(node, ast.Attribute) and isinstance(node.value, ast.Call):
        node = node.value.func
    owner = node.value if isinstance(node, ast.Attribute) else None
    if not isinstance(owner, ast.Attribute) or owner.attr not in _MANAGERS:
        return None
    # A model by its name, and not a variable or an attribute of a row.
    named = resolve(index.code, function.path, dotted(owner.value), function)
    return owner if named and named == manager_model(index, function, call) else None
