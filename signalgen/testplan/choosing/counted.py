"""How many rows a body counts, which decides its conditions. Entry: ``count_as``."""

from __future__ import annotations

import ast
import operator
from typing import TYPE_CHECKING, cast

from signalgen.syntax import parse_expression, snake_words
from signalgen.testplan.choosing.found import linked
from signalgen.testplan.choosing.given import give
from signalgen.testplan.choosing.lookups import chain, check_query, leaves_out, lookups_of
from signalgen.testplan.terms import kinds
from signalgen.testplan.terms.queries import goes_later, read_by
from signalgen.testplan.terms.state import (
    COUNT,
    NotForeseenError,
    RowNeed,
    State,
    Term,
    constant,
    need_row,
)
from signalgen.testplan.terms.steps import step
from signalgen.testplan.terms.terms import term

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from signalgen.values.project import Model

_SETTINGS = "@django.conf.settings."
_MOST = 12
"""A test makes no more rows than that to be counted."""
_ORDERS: Mapping[type[ast.cmpop], Callable[[int, float], bool]] = {
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}


def count_as(count: Term, op: type[ast.cmpop], other: Term, state: State) -> None:
    """Make so many rows that ``count`` compares to ``other`` as ``op``.

    If ``other`` is a field its value is chosen. Raises NotForeseenError if it is unknown how many
    rows there are.
    """
    call = cast("ast.Call", parse_expression(count.path.removeprefix(COUNT)))
    start, calls = chain(call, state)
    lookups = lookups_of([one for one in calls[:-1] if not leaves_out(one, state)])
    holds, model = _ORDERS.get(op), start.model
    if holds is None or lookups is None or model is None:
        raise NotForeseenError(count.text)
    state.asked |= read_by(call, model)
    for one in calls[:-1]:
        check_query(one, model, state)
    least = _least(start, lookups, state)
    if any(leaves_out(one, state) for one in calls[:-1]):
        least = 0
    for number in range(least, least + _MOST):
        if _fits(number, holds, other, state):
            break
    else:
        raise NotForeseenError(count.text)
    if number > least:
        name = f"more_{snake_words(model.name)}"
        values = linked(start, lookups, state, name)
        need_row(name, RowNeed(model, values, times=number - least), state)
    state.given[count.path] = constant(number)
    state.counted.add(model.label)


def _fits(number: int, holds: Callable[[int, float], bool], other: Term, state: State) -> bool:
    if isinstance(other.value, (int, float)):
        return holds(number, other.value)
    setting = other.path.removeprefix(_SETTINGS) if other.path.startswith(_SETTINGS) else ""
    if setting and not kinds.DJANGO_SETTINGS.match(setting):
        value = next((n for n in (number, number + 1) if holds(number, n)), None)
        if value is not None and state.settings.setdefault(setting, repr(value)) != repr(value):
            raise NotForeseenError(other.text)
        return value is not None
    if not other.path or other.kind != kinds.NUMBER:
        raise NotForeseenError(other.text)
    value = next((n for n in (number, number - 1, number + 1) if n >= 0 and holds(number, n)), None)
    if value is not None:
        give(other, constant(value), state)
    return value is not None


def _least(start: Term, lookups: Sequence[ast.keyword], state: State) -> int:
    # How many rows are counted that the test has anyway.
    scene, model = state.scene, cast("Model", start.model)
    field = scene.handled.handler.field
    if field is not None and start.path == f"instance.{field.text}" and not lookups:
        return int(state.fixed.get("action") in ("post_add", "pre_remove", "pre_clear"))
    made = any(need.model is model and not need.times for need in state.rows.values())
    if made or goes_later(model, state):
        raise NotForeseenError(model.name)
    _check_linked(start, lookups, state)
    if model is not scene.model:
        return 0
    if scene.family == "save" and not scene.before:
        _count_own(start, lookups, state)
        return 1
    if not (scene.family == "delete" or scene.fixed.get("adding")) or (
        scene.family == "delete" and scene.before
    ):
        raise NotForeseenError(model.name)
    return 0


def _count_own(start: Term, lookups: Sequence[ast.keyword], state: State) -> None:
    # The row that is saved is one of those that are counted, with the values for it.
    model = cast("Model", start.model)
    owner, _, relation = start.path.rpartition(".")
    if start.path and owner != f"instance.{_link(owner, relation, state)}":
        raise NotForeseenError(start.path)
    for keyword in lookups:
        value, name = term(keyword.value, state), keyword.arg or ""
        if value.path != f"instance.{name}":
            field = model.field(name)
            if field is None or value.node is None:
                raise NotForeseenError(name)
            kind = kinds.OF_FIELDS.get(field.type, kinds.ANY)
            give(Term(None, kind, path=f"instance.{name}"), value, state)


def _link(owner: str, relation: str, state: State) -> str:
    # The field that leads back from the rows of a relation.
    model = state.scene.model
    for name in owner.split(".")[1:]:
        model = step(state.scene.ctx, model, name).model if model is not None else None
    return step(state.scene.ctx, model, relation).link if model is not None else ""


def _check_linked(start: Term, lookups: Sequence[ast.keyword], state: State) -> None:
    # Rows that belong to no row of the test may be made for others.
    paths = [start.path, *(term(keyword.value, state).path for keyword in lookups)]
    if not any(path.startswith("instance") for path in paths):
        raise NotForeseenError(start.text)
