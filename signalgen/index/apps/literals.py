"""Values of expressions over strings and lists, without running code: ``value_of``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.late import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclass(frozen=True, slots=True)
class Listing:
    """The known strings of a list; ``complete`` if there are no others."""

    items: tuple[str, ...] = ()
    complete: bool = True


Value = str | Listing


def value_of(node: ast.expr, known: Mapping[str, Value]) -> Value:
    """Return an expression's value; an unknown one gives an incomplete Listing."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.List | ast.Tuple | ast.Set):
        return _joined(_element(item, known) for item in node.elts)
    sides: list[ast.expr] = []
    # Both arms of a conditional count, joined: any of them may be installed.
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.BitOr):
        sides = [node.left, node.right]
    elif isinstance(node, ast.IfExp):
        sides = [node.body, node.orelse]
    if sides:
        return _joined(_listing(value_of(side, known)) for side in sides)
    if isinstance(node, ast.Name):
        return known.get(node.id, Listing(complete=False))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and len(node.args) == 1:
        inner = value_of(node.args[0], known)
        return (
            inner if node.func.id in ("list", "tuple", "sorted", "set") else Listing(complete=False)
        )
    return Listing(complete=False)


def _element(node: ast.expr, known: Mapping[str, Value]) -> Listing:
    value = value_of(node.value if isinstance(node, ast.Starred) else node, known)
    if isinstance(value, str):
        return Listing((value,))
    return value if isinstance(node, ast.Starred) else Listing(complete=False)


def _listing(value: Value) -> Listing:
    return Listing(complete=False) if isinstance(value, str) else value


def _joined(parts: Iterator[Listing]) -> Listing:
    known = list(parts)
    items = dict.fromkeys(item for part in known for item in part.items)
    return Listing(tuple(items), all(part.complete for part in known))
