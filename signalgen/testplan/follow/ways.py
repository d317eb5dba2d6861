"""The other ways that a condition can come out, so that each part of it has a test.

``ways_of(...)`` lists them, ``choose(...)`` takes one during a trace.
"""

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

    ``refuses``: the code under it raises, and the tests of refusals lead there.
    """
    if not isinstance(test, ast.BoolOp):
        return [] if refuses else [((test, not usual),)]
    parts = test.values
    every = isinstance(test.op, ast.And)
    alone = [
        tuple((part, (part is one) is not every) for part in parts)
        for one in parts
        # One part false among true ones, or true among false ones.
    ]
    together = tuple((part, every) for part in parts)
    # All parts hold, or none does.
    if usual is every:
        return alone if usual or not refuses else []
    return alone[1:] + ([] if refuses else [together])


def choose(test: ast.expr, state: Trace, *, usual: bool, refuses: bool = False) -> bool:
    """Count the other ways of ``test``; take the one that the trace is after, and say so."""
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
    """Take the other way of an ``a if test else b`` that the trace is after."""
    if not state.decline or not isinstance(
        statement, (ast.Expr, ast.Assign, ast.AugAssign, ast.Return)
    ):
        return
    for node in ast.walk(statement):
        if isinstance(node, ast.IfExp):
            choose(node.test, state, usual=_usual(node.test, state))


def _usual(test: ast.expr, state: Trace) -> bool:
    # With nothing asked for, mocks make a test true.
    try:
        return truth(evaluate(test, state.given_world())) is not False
    except NotSafeError:
        return True


def count_ways(bodies: Sequence[ast.AST]) -> int:
    """Return an upper bound of the number of other ways."""
    tests = [
        n.test for body in bodies for n in ast.walk(body) if isinstance(n, (ast.If, ast.IfExp))
    ]
    return sum(len(test.values) + 1 if isinstance(test, ast.BoolOp) else 1 for test in tests)
