"""Comprehensions of a body. Entries: ``gathered``, and ``reduced`` for ``sum(…)`` and the like.

They cannot fail if no element can. ``read`` is ``term``, which reads the parts.
"""

from __future__ import annotations

import ast
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from signalgen.testplan.terms import kinds
from signalgen.testplan.terms.queries import added_again, again
from signalgen.testplan.terms.state import NotForeseenError, State, Term, model_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Reader = Callable[[ast.expr, State], Term]
    Comprehension = ast.ListComp | ast.SetComp | ast.GeneratorExp

_ORDERS = (ast.Lt, ast.Gt, ast.LtE, ast.GtE)
_OTHER_ELEMENTS = {"values", "values_list", "dates", "datetimes"}
"""Methods of a query after which its elements are no rows."""
_RESULTS = {
    **dict.fromkeys(("any", "all"), kinds.FLAG),
    **dict.fromkeys(("list", "tuple", "set", "frozenset"), kinds.ITEMS),
}
OTHER_KEY = Term(ast.parse("other.pk", mode="eval").body, kinds.KEY, path="other.pk")
"""The one key in ``pk_set``."""
_SORTABLE = (kinds.TEXT, kinds.NUMBER, kinds.KEY, kinds.MOMENT, kinds.DAY)


def gathered(node: Comprehension, state: State, read: Reader) -> Term:
    """Return the elements that ``node`` gathers; raises NotForeseenError."""
    rows = read(node.generators[0].iter, state)
    if rows.path == "pk_set":
        return _of_keys(node, state, read)
    if _element(node, rows, state, read).nullable:
        raise NotForeseenError(ast.unparse(node))
    return Term(None, kinds.ITEMS)


def reduced(call: ast.Call, name: str, state: State, read: Reader) -> Term | None:
    """Return what a builtin makes of a comprehension over rows, None for another argument.

    Raises NotForeseenError.
    """
    node = call.args[0] if len(call.args) == 1 else None
    if not isinstance(node, ast.ListComp | ast.SetComp | ast.GeneratorExp):
        return None
    rows = read(node.generators[0].iter, state)
    if rows.path == "pk_set":
        return None
    one = _element(node, rows, state, read)
    named = {keyword.arg for keyword in call.keywords}
    fits = {
        "sum": one.kind == kinds.NUMBER and not one.nullable and not named,
        # Without a default they fail if there is no row.
        **dict.fromkeys(("max", "min"), named == {"default"} and one.kind in _SORTABLE),
        "sorted": one.kind in _SORTABLE and not one.nullable and not named,
        **dict.fromkeys(_RESULTS, not named),
    }
    if not fits.get(name) or (one.nullable and name not in ("any", "all")):
        raise NotForeseenError(ast.unparse(call))
    for keyword in call.keywords:
        read(keyword.value, state)
    result = kinds.ITEMS if name == "sorted" else _RESULTS.get(name, one.kind)
    if name != "sum" or isinstance(node, ast.SetComp) or node.generators[0].ifs:
        return Term(None, result)
    asked = again(node.generators[0].iter, model_of(rows), state, read)
    return Term(added_again(call, node, one, replace(rows, node=asked), state), result)


def _element(node: Comprehension, rows: Term, state: State, read: Reader) -> Term:
    # One element, whichever of the rows it is made of.
    (loop, *more) = node.generators
    methods = {part.attr for part in ast.walk(loop.iter) if isinstance(part, ast.Attribute)}
    if more or methods & _OTHER_ELEMENTS or rows.kind != kinds.ROWS:
        raise NotForeseenError(ast.unparse(node))
    with bound(loop.target, Term(loop.target, kinds.ROW, rows.model), state):
        if not all(_cannot_fail(test, state, read) for test in loop.ifs):
            raise NotForeseenError(ast.unparse(node))
        return read(node.elt, state)


@contextmanager
def bound(target: ast.expr, value: Term, state: State) -> Iterator[None]:
    """Bind the name of a comprehension, which is its own, while its parts are read."""
    if not isinstance(target, ast.Name):
        raise NotForeseenError(ast.unparse(target))
    held = state.names
    state.names = {**held, target.id: value}
    try:
        yield
    finally:
        state.names = held


def _cannot_fail(test: ast.expr, state: State, read: Reader) -> bool:
    read(test, state)
    compared = [
        side
        for part in ast.walk(test)
        if isinstance(part, ast.Compare) and any(isinstance(op, _ORDERS) for op in part.ops)
        for side in (part.left, *part.comparators)
    ]
    return not any(read(side, state).nullable for side in compared)


def _of_keys(node: Comprehension, state: State, read: Reader) -> Term:
    # ``[f"tag:{pk}" for pk in pk_set]``: the test joins one row.
    (loop, *more) = node.generators
    if more or loop.ifs or isinstance(node, ast.GeneratorExp):
        raise NotForeseenError(ast.unparse(node))
    with bound(loop.target, OTHER_KEY, state):
        one = read(node.elt, state).node
    if one is None:
        return Term(None, kinds.ITEMS)
    shown = ast.Set([one]) if isinstance(node, ast.SetComp) else ast.List([one], ast.Load())
    return Term(shown, kinds.ITEMS)
