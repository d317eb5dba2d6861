"""Whether a body's queries find a row: ``found_row``, ``fetched`` and ``first_row``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.syntax import snake_words
from signalgen.testplan.choosing.given import give
from signalgen.testplan.choosing.lookups import (
    chain,
    check_query,
    leaves_out,
    lookups_of,
    pointed_at,
    relation_of,
    row_behind,
    values_for,
    wanted_row,
)
from signalgen.testplan.rows.fieldvalues import is_true
from signalgen.testplan.terms import kinds
from signalgen.testplan.terms.attributes import filled
from signalgen.testplan.terms.state import (
    Met,
    NotForeseenError,
    RowNeed,
    State,
    Term,
    chosen,
    constant,
    model_of,
    need_row,
)
from signalgen.testplan.terms.terms import term

if TYPE_CHECKING:
    from collections.abc import Sequence

    from signalgen.testplan.terms.state import BodyEffect
    from signalgen.values.project import Model


def found_row(query: ast.expr, state: State, *, want: bool) -> None:
    """Make ``query`` find a row, or none, as its conditions require. Raises NotForeseenError."""
    start, calls = chain(query, state)
    others = [call for call in calls if not leaves_out(call, state)]
    lookups = lookups_of(others)
    if start.kind != kinds.ROWS or start.model is None or lookups is None:
        raise NotForeseenError(ast.unparse(query))
    for call in calls:
        check_query(call, start.model, state)
    if start.path and state.scene.family == "m2m":
        raise NotForeseenError(start.path)
    made = [e for e in state.effects if e.kind == "create" and e.model is start.model]
    if made and (not want or not _is_made(made[-1], lookups, state)):
        raise NotForeseenError(ast.unparse(query))
    if made:
        return
    if want:
        _one_row(start, calls, state)
        return
    _none_found(start.model, calls, lookups, state)


def _none_found(
    model: Model, calls: Sequence[ast.Call], lookups: Sequence[ast.keyword], state: State
) -> None:
    others = [call for call in calls if not leaves_out(call, state)]
    if any(need.model is model for need in state.rows.values()):
        raise NotForeseenError(model.name)
    pointed = next((k for k in lookups if k.arg in ("pk", "id", "pk__in")), None)
    if pointed is None:
        state.absent.add(snake_words(model.name))
        left_out = len(others) < len(calls)
        if model is state.scene.model and not _is_alone(state, left_out=left_out):
            raise NotForeseenError(model.name)
        return
    _row_name, path = pointed_at(pointed.value, state)
    opposite = next((k for k in lookups if _is_flag(k, state)), None)
    if opposite is None:
        raise NotForeseenError(model.name)
    value = constant(not term(opposite.value, state).value)
    give(Term(None, kinds.FLAG, path=f"{path}.{opposite.arg}"), value, state)


def _is_made(made: BodyEffect, lookups: Sequence[ast.keyword], state: State) -> bool:
    # Whether a query finds the row that the body has made.
    values = dict(made.values)
    return all(values.get(word.arg or "") == term(word.value, state).text for word in lookups)


def fetched(query: ast.Call, state: State) -> Term:
    """Return the row that ``query`` gets, which the test makes; raises NotForeseenError.

    The stored row of the signal's own is ``original`` before a save.
    """
    start, calls = chain(query, state)
    lookups = lookups_of(calls)
    made = any(e.kind == "create" and e.model is start.model for e in state.effects)
    if start.kind != kinds.ROWS or start.model is None or not lookups or start.path or made:
        raise NotForeseenError(ast.unparse(query))
    for call in calls:
        check_query(call, start.model, state)
    for keyword in lookups:
        value = term(keyword.value, state)
        if keyword.arg in ("pk", "id") and value.nullable:
            filled(value, state)
    row, path = wanted_row(start.model, lookups, state)
    if path != "instance":
        return Term(ast.parse(row, mode="eval").body, kinds.ROW, start.model, path)
    own = start.model is state.scene.model
    if own and state.scene.before and "original" in state.names:
        return state.names["original"]
    if not own or state.scene.before or state.scene.family == "delete":
        raise NotForeseenError(ast.unparse(query))
    return state.names["instance"]


def first_row(node: ast.Call, state: State) -> Term:
    """Return the one row that ``….first()`` or ``….last()`` finds, or None; the path decides.

    Raises NotForeseenError.
    """
    key, query = (
        ast.unparse(node),
        node.func.value if isinstance(node.func, ast.Attribute) else node,
    )
    start, calls = chain(query, state)
    made = any(e.kind == "create" and e.model is start.model for e in state.effects)
    if start.kind != kinds.ROWS or start.model is None or made or node.args or node.keywords:
        raise NotForeseenError(key)
    if state.plan.get(key, True):
        take_back = chosen(state)
        try:
            row = _one_row(start, calls, state)
            if row.path == "instance":
                raise NotForeseenError(key)  # noqa: TRY301 - as where there is none
        except NotForeseenError:
            if key in state.plan:
                raise
            take_back()
        else:
            state.met.append(Met(key, taken=True))
            return row
    found_row(query, state, want=False)
    state.met.append(Met(key, taken=False))
    return constant(None)


def _one_row(start: Term, calls: Sequence[ast.Call], state: State) -> Term:
    others = [call for call in calls if not leaves_out(call, state)]
    lookups = lookups_of(others)
    if lookups is None or start.model is None:
        raise NotForeseenError(start.text)
    for call in calls:
        check_query(call, start.model, state)
    own = start.model is state.scene.model
    gone = state.scene.family == "delete" and not state.scene.before
    if own and (gone or (state.scene.family == "save" and len(others) < len(calls))):
        row = path = _another(start, lookups, state)
    elif start.path:
        row = path = row_behind(start, lookups, state)
    else:
        row, path = wanted_row(start.model, lookups, state)
    return Term(ast.parse(row, mode="eval").body, kinds.ROW, start.model, path)


def _another(start: Term, lookups: Sequence[ast.keyword], state: State) -> str:
    # A second row of the signal's model, which is not the one that is saved, or gone.
    name = f"another_{state.scene.row}"
    values = linked(start, lookups, state, name)
    if not values or name in state.rows:
        raise NotForeseenError(start.text)
    need_row(name, RowNeed(model_of(start), values), state)
    return name


def linked(
    start: Term, lookups: Sequence[ast.keyword], state: State, name: str
) -> tuple[tuple[str, str], ...]:
    """Return the values of one more row that a query from ``start`` finds, as texts by field.

    ``name`` is its variable. Raises NotForeseenError if there can be no other row with them.
    """
    model = model_of(start)
    link = relation_of(start, state).link if start.path else ""
    owner = ast.unparse(start.node.value) if isinstance(start.node, ast.Attribute) else ""
    if start.path and not (link and owner):
        raise NotForeseenError(start.text)
    values = (((link, owner),) if start.path else ()) + values_for(model, lookups, state, name)
    shared = {field for field, _ in values}
    alone = any(shared & set(names) for names in model.together) or any(
        field.name in shared and (field.kind == "one_to_one" or is_true(field, "unique"))
        for field in model.fields
    )
    if alone:
        raise NotForeseenError(start.text)
    return values


def _is_alone(state: State, *, left_out: bool) -> bool:
    # Whether no other row of the signal's model is there: one is created, and it is not stored yet
    # or left out.
    return state.scene.fixed.get("adding") is True and (state.scene.before or left_out)


def _is_flag(keyword: ast.keyword, state: State) -> bool:
    return "__" not in (keyword.arg or "__") and isinstance(term(keyword.value, state).value, bool)
