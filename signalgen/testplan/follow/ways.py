"""The other ways that a condition of a body can come out, so that each of its parts has a test."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.testplan.follow.assume import assume
from signalgen.testplan.follow.evaluate import evaluate
from signalgen.testplan.follow.mockvalues import NotSafeError, truth

if TYPE_CHECKING:
    from collections.abc import Sequence

    from signalgen.testplan.follow.traced import Trace

Way = tuple[tuple[ast.expr, bool], ...]
"""What each part of a condition must come out as."""


def ways_of(test: ast.expr, *, usual: bool, refuses: bool = False) -> list[Way]:
    """Return the ways of ``test`` besides the usual one, on which its first parts decide.

    ``refuses``: what stands under it raises, and the tests of refusals lead there.
    """
    if not isinstance(test, ast.BoolOp):
        return [] if refuses else [((test, not usual),)]
    parts = test.values
    every = isinstance(test.op, ast.And)
    alone = [
        tuple((part, (part is one) is not every) for part in parts) for one in parts
    ]  # one part false among true ones, or true among false ones
    together = tuple((part, every) for part in parts)
    if usual is every:  # all parts hold, or none does
        return alone if usual or not refuses else []
    return alone[1:] + ([] if refuses else [together])


def choose(test: ast.expr, state: Trace, *, usual: bool, refuses: bool = False) -> bool:
    """Count the other ways of ``test``; where the trace is after one of them, take it, and say that it was taken."""
    if not state.decline:
        return False
    ways = ways_of(test, usual=usual, refuses=refuses)
    if state.decline > len(ways):
        state.decline -= len(ways)
        return False
    way, state.decline = ways[state.decline - 1], 0
    for part, want in way:
        if not assume(part, state.world, want=want):
            raise NotSafeError
    return True


def choose_expressions(statement: ast.stmt, state: Trace) -> None:
    """Take the other way of an ``a if test else b`` in ``statement``, where the trace is after that."""
    if not state.decline or not isinstance(
        statement, (ast.Expr, ast.Assign, ast.AugAssign, ast.Return)
    ):
        return
    for node in ast.walk(statement):
        if isinstance(node, ast.IfExp):
            choose(node.test, state, usual=_usual(node.test, state))


def _usual(test: ast.expr, state: Trace) -> bool:
    """Return what ``test`` is where nobody has asked for anything: mostly true, as mocks are."""
    try:
        return truth(evaluate(test, state.given_world())) is not False
    except NotSafeError:
        return True


def count_ways(bodies: Sequence[ast.AST]) -> int:
    """Return how many other ways there can be at most."""
    tests = [
        n.test for body in bodies for n in ast.walk(body) if isinstance(n, (ast.If, ast.IfExp))
    ]
    return sum(len(test.values) + 1 if isinstance(test, ast.BoolOp) else 1 for test in tests)
