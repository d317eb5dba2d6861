"""Where a function needs an argument to be a collection (loops, ``len``, ``in``): ``uses``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.flow.function.guards import path_to
from signalgen.flow.function.signature import is_kwarg, names_of
from signalgen.late import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.values.index import FunctionRef

_TAKING = frozenset(
    {
        "all", "any", "enumerate", "filter", "frozenset", "iter", "len", "list", "map", "max",
        "min", "reversed", "set", "sorted", "sum", "tuple", "in_bulk",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Use:
    """A node that fails if the argument is None. ``takes_one``: also if it is empty."""

    node: ast.AST
    takes_one: bool = False


def uses(function: FunctionRef, argument: str) -> Iterator[Use]:
    """Yield where an argument must be a collection, in source order; nothing once it is rebound."""
    names = names_of(function, argument)
    kwargs = function.node.args.kwarg
    # `pk_set = pk_set or set()`: from here on it may be another value.
    if any(
        isinstance(node, ast.Name) and node.id in names and _is_rebound(node, function)
        for node in _all(function)
    ):
        return
    for parent in _all(function):
        for child in ast.iter_child_nodes(parent):
            holds = child.value if isinstance(child, ast.keyword) else child
            named = (
                isinstance(holds, ast.Name)
                and holds.id in names
                and _is_alias(function, holds, names)
            )
            if named or (kwargs is not None and is_kwarg(holds, kwargs.arg, argument)):
                found = _use(function, parent, child)
                if found is not None:
                    yield found


def _all(function: FunctionRef) -> Iterator[ast.AST]:
    body = function.node.body if isinstance(function.node.body, list) else [function.node.body]
    for stmt in body:
        yield from ast.walk(stmt)


def _is_rebound(node: ast.Name, function: FunctionRef) -> bool:
    parameters = {item.arg for item in ast.walk(function.node.args) if isinstance(item, ast.arg)}
    return isinstance(node.ctx, ast.Store) and node.id in parameters


def _is_alias(function: FunctionRef, node: ast.Name, names: frozenset[str]) -> bool:
    given = [
        item
        for item in _all(function)
        if isinstance(item, ast.Assign)
        and any(isinstance(target, ast.Name) and target.id == node.id for target in item.targets)
    ]
    if len(given) <= 1:
        return True
    last = max(
        (item for item in given if item.lineno < node.lineno),
        key=lambda item: item.lineno,
        default=None,
    )
    if last is None or not isinstance(last.value, ast.Name) or last.value.id not in names:
        return False
    return any(
        last in block
        for parent in path_to(function.node, node)
        for block in (getattr(parent, "body", []), getattr(parent, "orelse", []))
        if isinstance(block, list)
    )


def _use(function: FunctionRef, parent: ast.AST, child: ast.AST) -> Use | None:
    if isinstance(parent, (ast.For, ast.AsyncFor, ast.comprehension)) and parent.iter is child:
        return Use(child)
    if isinstance(parent, ast.Call):
        return _in_call(function, parent, child)
    if isinstance(parent, ast.Compare) and child in parent.comparators:
        position = parent.comparators.index(child)
        return Use(parent) if isinstance(parent.ops[position], (ast.In, ast.NotIn)) else None
    if isinstance(parent, ast.Attribute) and parent.attr not in ("__class__", "__len__"):
        return Use(parent, takes_one=parent.attr == "pop")
    if isinstance(parent, ast.Subscript) and parent.value is child:
        return Use(parent)
    return (
        Use(parent)
        if isinstance(parent, (ast.Starred, ast.BinOp)) and not _is_text(parent)
        else None
    )


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod)


def _in_call(function: FunctionRef, call: ast.Call, child: ast.AST) -> Use | None:
    if isinstance(child, ast.keyword):
        return Use(call) if child.arg is not None and child.arg.endswith("__in") else None
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name not in _TAKING or child not in call.args:
        return None
    if name in ("any", "all", "filter", "map") and isinstance(call.func, ast.Attribute):
        return None
    return Use(call, takes_one=_takes_one(function, call))


def _takes_one(function: FunctionRef, call: ast.Call) -> bool:
    for node in _all(function):
        if isinstance(node, ast.Subscript) and node.value is call:
            return isinstance(node.slice, (ast.Constant, ast.UnaryOp))
        if isinstance(node, ast.Call) and call in node.args and isinstance(node.func, ast.Name):
            return node.func.id == "next" and len(node.args) == 1
    # `min()` and `max()` of nothing fail too.
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    return name in ("min", "max") and not call.keywords and len(call.args) == 1
