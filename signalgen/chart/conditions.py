"""Conditions in words: ``asked_words``, ``open_conditions``, ``connected_if``."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING, TypeGuard

from signalgen.chart.bysender import by_sender
from signalgen.dotted import dotted
from signalgen.flow.connections.identity import is_hooking
from signalgen.flow.function.guards import conditions, conditions_at, enclosing, path_to
from signalgen.flow.function.truth import may_run, truth

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from signalgen.flow.function.guards import Condition
    from signalgen.index import Index
    from signalgen.values.index import Connection, FunctionRef

_OPPOSITES: Mapping[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
_WIDTH = 72


def connected_if(index: Index, item: Connection) -> str:
    """Return in words the conditions for a registration to be made, "" if there are none.

    For example ``settings.DEBUG``, or ``begin() is called`` in a function that Django never calls.
    """
    return " and ".join(dict.fromkeys(_conditions(index, item)))


def _conditions(index: Index, item: Connection) -> Iterator[str]:
    scope = item.scope
    if scope is not None and not is_hooking(scope):
        yield f"{scope.qualname}() is called"
    yield from map(asked_words, conditions_at(index, item.path, item.node, scope))


def open_conditions(
    index: Index, function: FunctionRef, wanted: ast.AST, given: Mapping[str, object]
) -> Iterator[str]:
    """Yield the conditions for ``wanted`` that ``given`` does not decide, as written."""
    for one in conditions(function, wanted):
        if _truth(index, function, one.test, given) is None:
            yield asked_words(replace(one, test=_open_part(index, function, one.test, given)))
    for parent in enclosing(function, wanted, (ast.For, ast.AsyncFor)):
        if isinstance(parent, (ast.For, ast.AsyncFor)) and not path_to(parent.iter, wanted):
            yield f"for each {brief(parent.target)} in {brief(parent.iter)}"
    for parent in enclosing(function, wanted, (ast.ExceptHandler,)):
        if isinstance(parent, ast.ExceptHandler):
            yield f"on {brief(parent.type) if parent.type else 'an error'}"
    for parent in enclosing(function, wanted, (ast.Try,)):
        if isinstance(parent, ast.Try) and any(
            path_to(part, wanted) for part in (*parent.body, *parent.orelse)
        ):
            missing = (one.type for one in parent.handlers if one.type is not None)
            yield from (f"no {brief(one)}" for one in missing if _is_of_no_row(one))


def may_happen(
    index: Index, function: FunctionRef, wanted: ast.AST, given: Mapping[str, object]
) -> bool:
    """Tell whether ``wanted`` may run, given the values in ``given``.

    Its ``sender`` is the sender key of the event's model.
    """
    if may_run(index, function, wanted, given) is False:
        return False
    sender = given.get("sender")
    return not isinstance(sender, str) or all(
        by_sender(index, function, one.test, sender) in (None, one.positive)
        for one in conditions(function, wanted)
    )


def _truth(
    index: Index, function: FunctionRef, test: ast.expr, given: Mapping[str, object]
) -> bool | None:
    sender = given.get("sender")
    known = by_sender(index, function, test, sender) if isinstance(sender, str) else None
    return known if known is not None else truth(index, function, test, given)


def _open_part(
    index: Index, function: FunctionRef, test: ast.expr, given: Mapping[str, object]
) -> ast.expr:
    """Return what ``given`` leaves of a condition: ``created and x`` is ``x`` for a new row."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return ast.UnaryOp(test.op, _open_part(index, function, test.operand, given))
    if not isinstance(test, ast.BoolOp):
        return test
    neutral = isinstance(test.op, ast.And)
    left = [one for one in test.values if _truth(index, function, one, given) is not neutral]
    parts = [_open_part(index, function, one, given) for one in left]
    return parts[0] if len(parts) == 1 else ast.BoolOp(test.op, parts)


def _is_of_no_row(caught: ast.expr) -> bool:
    return dotted(caught).endswith("DoesNotExist")


def asked_words(condition: Condition) -> str:
    """Return a condition as an expression that is true if it holds."""
    test, positive = condition.test, condition.positive
    while isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        test, positive = test.operand, not positive
    if not positive and _is_simple(test):
        opposite = _OPPOSITES[type(test.ops[0])]()
        test, positive = ast.Compare(test.left, [opposite], test.comparators), True
    text = brief(test)
    if positive:
        return text
    return f"not ({text})" if isinstance(test, (ast.BoolOp, ast.Compare)) else f"not {text}"


def _is_simple(test: ast.expr) -> TypeGuard[ast.Compare]:
    return isinstance(test, ast.Compare) and len(test.ops) == 1 and type(test.ops[0]) in _OPPOSITES


def brief(node: ast.expr) -> str:
    """Return an expression as code on one line, shortened if long."""
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= _WIDTH else f"{text[: _WIDTH - 1]}…"
