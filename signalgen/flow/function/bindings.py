"""Every way in which a function gives a name a value: ``bindings_of``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Literal, NamedTuple

from signalgen.dotted import dotted
from signalgen.index.reading.code import DEFINITIONS
from signalgen.index.reading.walking import Notes, own_nodes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.values.index import FunctionRef

Way = Literal["is", "each", "first", "other"]
_BINDING = (
    *DEFINITIONS,
    *(ast.Assign, ast.AnnAssign, ast.NamedExpr, ast.For, ast.AsyncFor, ast.comprehension),
    *(ast.Call, ast.AugAssign, ast.withitem, ast.Match, ast.Global, ast.Nonlocal),
    *(ast.ExceptHandler, ast.MatchAs, ast.MatchStar),
)
_BINDINGS = Notes[dict[str, tuple["LocalBinding", ...]]]("bindings")
_TWO = 2
_NARROWING = ("isinstance", "issubclass")


class LocalBinding(NamedTuple):
    """A name is the value, each element of it, the first of it, or something that is not followed.

    An ``isinstance`` of the name counts as the last, too: it may be one of several things.
    """

    way: Way
    value: ast.expr | None = None


def bindings_of(function: FunctionRef) -> dict[str, tuple[LocalBinding, ...]]:
    """Return what a function binds in its own body, comprehensions included, by name."""
    known = _BINDINGS.get(function.node)
    if known is None:
        found: dict[str, list[LocalBinding]] = {}
        for node in own_nodes(function.node):
            for name, binding in _bound(node) if isinstance(node, _BINDING) else ():
                found.setdefault(name, []).append(binding)
        known = {name: tuple(bindings) for name, bindings in found.items()}
        _BINDINGS[function.node] = known
    return known


def is_step(binding: LocalBinding, name: str) -> bool:
    """Tell whether a value is an attribute of the name that it is assigned to: ``row.parent``."""
    value = binding.value
    while isinstance(value, ast.Attribute):
        value = value.value
    step = isinstance(binding.value, ast.Attribute) and binding.way == "is"
    return step and isinstance(value, ast.Name) and value.id == name


def _bound(node: ast.AST) -> Iterator[tuple[str, LocalBinding]]:
    if isinstance(node, DEFINITIONS):
        yield node.name, LocalBinding("other")
    elif isinstance(node, ast.Assign):
        for target in node.targets:
            yield from _target(target, node.value)
    elif isinstance(node, (ast.AnnAssign, ast.NamedExpr)):
        if node.value is not None:
            yield from _target(node.target, node.value)
    elif isinstance(node, (ast.For, ast.AsyncFor, ast.comprehension)):
        yield from _each(node.target, node.iter)
    else:
        yield from ((name, LocalBinding("other")) for name in _otherwise(node))


def _otherwise(node: ast.AST) -> Iterator[str]:
    """Yield the names that a node binds to something that is not followed, or narrows."""
    if isinstance(node, ast.Call):
        if dotted(node.func) in _NARROWING and node.args and isinstance(node.args[0], ast.Name):
            yield node.args[0].id
    elif isinstance(node, ast.AugAssign):
        yield from _names(node.target)
    elif isinstance(node, ast.withitem):
        yield from _names(node.optional_vars) if node.optional_vars is not None else ()
    elif isinstance(node, ast.Match):
        yield from _names(node.subject)
    elif isinstance(node, (ast.Global, ast.Nonlocal)):
        yield from node.names
    elif isinstance(node, (ast.ExceptHandler, ast.MatchAs, ast.MatchStar)) and node.name:
        yield node.name


def _target(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, LocalBinding]]:
    if isinstance(target, ast.Name):
        yield target.id, LocalBinding("is", value)
    elif isinstance(target, (ast.Tuple, ast.List)):
        if len(target.elts) == 1 and isinstance(target.elts[0], ast.Name):
            yield target.elts[0].id, LocalBinding("each", _or_none(value))
            return
        same = isinstance(value, (ast.Tuple, ast.List)) and len(value.elts) == len(target.elts)
        for at, item in enumerate(target.elts):
            if same and isinstance(value, (ast.Tuple, ast.List)):
                yield from _target(item, value.elts[at])
            elif at == 0 and isinstance(item, ast.Name):
                yield item.id, LocalBinding("first", value)
            else:
                yield from _others(item)


def _or_none(value: ast.expr) -> ast.expr:
    """Return the rows of ``rows[:1] or [None]``, otherwise the value itself."""
    if isinstance(value, ast.BoolOp) and len(value.values) == _TWO:
        rows, other = value.values
        if isinstance(other, (ast.List, ast.Tuple)) and all(
            isinstance(item, ast.Constant) and item.value is None for item in other.elts
        ):
            return rows
    return value


def _each(target: ast.expr, rows: ast.expr) -> Iterator[tuple[str, LocalBinding]]:
    if isinstance(target, ast.Name):
        yield target.id, LocalBinding("each", rows)
        return
    counted = isinstance(rows, ast.Call) and dotted(rows.func) == "enumerate" and rows.args
    if counted and isinstance(target, ast.Tuple) and isinstance(rows, ast.Call):
        first, *rest = target.elts
        yield from _others(first)
        for item in rest:
            yield from _each(item, rows.args[0])
        return
    yield from _others(target)


def _others(target: ast.expr) -> Iterator[tuple[str, LocalBinding]]:
    return ((name, LocalBinding("other")) for name in _names(target))


def _names(target: ast.expr) -> Iterator[str]:
    return (item.id for item in ast.walk(target) if isinstance(item, ast.Name))
