"""Values that make a comparison hold. Entry: ``assume_compared``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.testplan.choosing.answers import answer
from signalgen.testplan.choosing.arithmetic import reads, solved
from signalgen.testplan.choosing.counted import count_as
from signalgen.testplan.choosing.given import (
    give,
    give_none,
    give_ordered,
    give_pair,
    other_text,
    other_value,
)
from signalgen.testplan.terms import kinds
from signalgen.testplan.terms.attributes import filled
from signalgen.testplan.terms.state import COUNT, UNKNOWN, NotForeseenError, State, Term, constant
from signalgen.testplan.terms.terms import term

if TYPE_CHECKING:
    from collections.abc import Mapping

_MIRRORED: Mapping[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.Eq,
    ast.NotEq: ast.NotEq,
    ast.Lt: ast.Gt,
    ast.Gt: ast.Lt,
    ast.LtE: ast.GtE,
    ast.GtE: ast.LtE,
    ast.Is: ast.Is,
    ast.IsNot: ast.IsNot,
}


def right_side(node: ast.expr, state: State) -> Term:
    """Return the right side of a comparison; a list of constants has them as its value."""
    if isinstance(node, (ast.Tuple, ast.List, ast.Set)):
        parts = [term(part, state) for part in node.elts]
        known = tuple(part.value for part in parts)
        return Term(None, kinds.ITEMS, value=UNKNOWN if UNKNOWN in known else known)
    return term(node, state)


def assume_compared(test: ast.Compare, op: type[ast.cmpop], state: State) -> None:
    """Choose values so that the sides of ``test`` compare as ``op``; raises NotForeseenError."""
    left, right = term(test.left, state), right_side(test.comparators[0], state)
    node = test.comparators[0]
    elements = node.elts if isinstance(node, (ast.Tuple, ast.List, ast.Set)) else []
    if op in (ast.In, ast.NotIn) and right.kind == kinds.TEXT and isinstance(left.value, str):
        give(right, constant(left.value if op is ast.In else other_text(left.value)), state)
        return
    if not left.path and right.path and op in _MIRRORED:
        left, right, op = right, left, _MIRRORED[op]
    if right.path.startswith(COUNT) and op in _MIRRORED:
        left, right, op = right, left, _MIRRORED[op]
    if _without_a_field(left, op, right, state):
        return
    if not left.path or left.path.startswith(("@", "=")):
        raise NotForeseenError(ast.unparse(test))
    if right.value is None and op in (ast.Is, ast.IsNot, ast.Eq, ast.NotEq):
        if op in (ast.Is, ast.Eq):
            give_none(left, state)
        else:
            filled(left, state)
        return
    if elements:
        _give_one_of(left, op, [term(element, state) for element in elements], state)
    elif op in (ast.Eq, ast.NotEq) and right.path and right.kind == left.kind:
        give_pair(left, right, state, same=op is ast.Eq)
    else:
        _give_compared(left, op, right, state)


def _without_a_field(left: Term, op: type[ast.cmpop], right: Term, state: State) -> bool:
    # Whether it is about a count, an answer of a double, or a number that is worked out.
    if left.path.startswith(COUNT):
        count_as(left, op, right, state)
    elif left.path.startswith("=") and isinstance(right.value, (int, float, str)):
        _answer_compared(left, op, right, state)
    elif _is_computed(left) or _is_computed(right):
        if not solved(left, op, right, state):
            raise NotForeseenError(left.text)
    else:
        return False
    return True


def _answer_compared(left: Term, op: type[ast.cmpop], right: Term, state: State) -> None:
    value = right.value
    if isinstance(value, str) and op in (ast.Eq, ast.NotEq):
        answer(left, value if op is ast.Eq else other_text(value), kinds.TEXT, state)
        return
    if isinstance(value, str) or not isinstance(value, (int, float)):
        raise NotForeseenError(left.text)
    shift = {ast.Gt: 1, ast.NotEq: 1, ast.Lt: -1}.get(op, 0)
    answer(left, value + shift, kinds.NUMBER, state)


def _is_computed(side: Term) -> bool:
    # A number that the body works out of others.
    known = side.path or side.value is not UNKNOWN
    return (
        side.kind == kinds.NUMBER and not known and side.node is not None and any(reads(side.node))
    )


def _give_one_of(left: Term, op: type[ast.cmpop], values: list[Term], state: State) -> None:
    if op not in (ast.In, ast.NotIn):
        raise NotForeseenError(left.text)
    give(left, values[0] if op is ast.In else other_value(left, values, state), state)


def _give_compared(left: Term, op: type[ast.cmpop], right: Term, state: State) -> None:
    if right.node is None and op in (ast.Eq, ast.Is, ast.NotEq, ast.IsNot):
        raise NotForeseenError(left.text)
    if op in (ast.Eq, ast.Is):
        give(left, right, state)
    elif op in (ast.NotEq, ast.IsNot):
        give(left, other_value(left, [right], state), state)
    else:
        give_ordered(left, op, right, state)
