"""Chooses the values that lead to a path: the ``give`` functions."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from signalgen.testplan.rows.fieldvalues import is_true
from signalgen.testplan.terms import kinds
from signalgen.testplan.terms.state import UNKNOWN, NotForeseenError, State, Term, constant
from signalgen.testplan.terms.steps import step

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from signalgen.values.index import ModelField
    from signalgen.values.project import Model


def give(left: Term, value: Term, state: State) -> None:
    """Choose ``value`` for the path of ``left``; no other value may have been chosen."""
    path = left.path
    if left.kind == kinds.KEY or (path.endswith("_id") and value.value is not None):
        raise NotForeseenError(path)
    known = state.given.get(path)
    if known is not None and known.text != value.text:
        raise NotForeseenError(path)
    if path in state.assigned or _refused(left, value, state) or _is_later(path, value, state):
        raise NotForeseenError(path)
    state.given[path] = value


def _is_later(path: str, value: Term, state: State) -> bool:
    # Whether a row would be made with a value of a row that is made after it.
    if value.node is None:
        return False
    read = {node.id for node in ast.walk(value.node) if isinstance(node, ast.Name)}
    head = path.partition(".")[0]
    own = {state.scene.row} if head in ("instance", "original") else set[str]()
    return value.kind == "expression" or not read.isdisjoint(own | state.captured.keys())


def _refused(left: Term, value: Term, state: State) -> bool:
    # A model that validates itself on save takes no empty text, and may change a value. The
    # password of a user is stored as a hash.
    model, name = _owner(left, state), left.path.rpartition(".")[2]
    if model is not None and name == "password" and model.field("last_login") is not None:
        return True
    if model is None or not model.custom_save:
        return False
    field = model.field(name)
    empty = value.value == "" and field is not None and not is_true(field, "blank")
    return empty or name in model.self_set


def _owner(left: Term, state: State) -> Model | None:
    # The model of the row whose field the path of ``left`` leads to.
    head, *names = left.path.split(".")
    if head in ("instance", "original"):
        model = state.scene.model
    elif head in state.rows:
        model = state.rows[head].model
    else:
        model = state.names[head].model if head in state.names else None
    for name in names[:-1]:
        model = step(state.scene.ctx, model, name).model if model is not None else None
    return model


def fill(left: Term, text: str, state: State) -> bool:
    """Choose ``text`` for a path that may be empty; tell whether it surely is not then."""
    known = state.given.get(left.path)
    if known is not None:
        return known.value is not UNKNOWN and bool(known.value)
    model = _owner(left, state)
    field = model.field(left.path.rpartition(".")[2]) if model is not None else None
    if field is None or field.required:
        return field is not None
    try:
        give(left, constant(text), state)
    except NotForeseenError:
        return False
    return True


def give_none(left: Term, state: State) -> None:
    """Choose None for the path of ``left``."""
    if not left.nullable:
        raise NotForeseenError(left.text)
    give(left, constant(None), state)


def give_pair(left: Term, right: Term, state: State, *, same: bool) -> None:
    """Make two values equal, or not. Two rows are different unless one is chosen for both."""
    known, other = state.given.get(left.path), state.given.get(right.path)
    roots = (left.path.partition("."), right.path.partition("."))
    if same and roots[0][2] == roots[1][2] and known is None and other is None:
        return  # a row that is saved again is unchanged
    if left.kind in (kinds.KEY, kinds.ROW):
        if same and left.kind == kinds.KEY:
            _share(left, right, state)
        elif same or {roots[0][0], roots[1][0]} == _BOTH:
            raise NotForeseenError(left.text)
        else:
            _one_is_there(left, right, state)
        return
    if known is None and other is None:
        known = _choose(left, right, state, same=same)
    if known is None and other is not None:
        left, right, known = right, left, other
    if known is not None:
        give(right, known if same else other_value(right, [known], state), state)


def _one_is_there(left: Term, right: Term, state: State) -> None:
    # If both may be None, a row is made for one of them.
    paths = [term.path for term in (left, right) if term.nullable]
    if len(paths) < len((left, right)):
        return
    owner = paths[0].removesuffix("_id")
    if owner in state.given:
        raise NotForeseenError(owner)
    state.given[owner] = Term(ast.Name("make", ast.Load()), kinds.ROW)


def _choose(left: Term, right: Term, state: State, *, same: bool) -> Term | None:
    # A value for the first of two; for dates and times both are chosen at once.
    if left.kind in (kinds.DAY, kinds.MOMENT) and not same:
        sample = kinds.SAMPLES[left.kind]
        for item, text in ((left, sample), (right, f"{sample} + timedelta(days=1)")):
            give(item, Term(ast.parse(text, mode="eval").body, left.kind), state)
        return None
    values: dict[str, object] = {kinds.TEXT: "one", kinds.NUMBER: 1, kinds.FLAG: True}
    if left.kind not in values:
        raise NotForeseenError(left.text)
    first = constant(values[left.kind])
    give(left, first, state)
    return first


def _share(left: Term, right: Term, state: State) -> None:
    # Two foreign keys are equal if both lead to one row.
    paths = [term.path for term in (left, right)]
    if not all(path.endswith("_id") and path.startswith("instance.") for path in paths):
        raise NotForeseenError(left.text)
    owners = [path.removesuffix("_id") for path in paths]
    model: Model | None = state.scene.model
    for name in owners[0].split(".")[1:]:
        model = step(state.scene.ctx, model, name).model if model is not None else None
    if model is None or any(path in state.given for path in owners):
        raise NotForeseenError(left.text)
    state.shared["shared"] = model
    for path in owners:
        state.given[path] = Term(ast.Name("shared", ast.Load()), kinds.ANY)


_BOTH = {"instance", "original"}


def give_ordered(left: Term, op: type[ast.cmpop], right: Term, state: State) -> None:
    """Choose a value for the path of ``left`` that compares to ``right`` as ``op`` requires."""
    if _is_changing(left, right):
        # The value of a field that changes is another one than before.
        op = _STRICT.get(op, op)
    if right.path and not right.path.startswith(("@", "#")) and right.value is UNKNOWN:
        give(right, constant(5) if right.kind == kinds.NUMBER else _sample(right), state)
        right = state.given[right.path]
    if left.kind == kinds.ANY and left.path in state.names and right.kind == kinds.NUMBER:
        # An argument of a signal that is compared with a number is one.
        left = replace(left, kind=kinds.NUMBER)
    if right.near is not None and left.kind == right.kind:
        _give_near(left, op, right.near, state)
    elif right.node is None or left.kind not in (kinds.NUMBER, kinds.MOMENT, kinds.DAY):
        raise NotForeseenError(left.text)
    elif op in (ast.Gt, ast.Lt):
        _give_beyond(left, op, right, right.node, state)
    else:
        give(left, right, state)


_STRICT: Mapping[type[ast.cmpop], type[ast.cmpop]] = {ast.GtE: ast.Gt, ast.LtE: ast.Lt}


def _is_changing(left: Term, right: Term) -> bool:
    # ``new >= old``
    (head, _, name), (other, _, same) = left.path.partition("."), right.path.partition(".")
    return {head, other} == _BOTH and name == same


def _give_beyond(
    left: Term, op: type[ast.cmpop], right: Term, node: ast.expr, state: State
) -> None:
    number = left.kind == kinds.NUMBER
    if number and isinstance(right.value, (int, float)):
        give(left, constant(right.value + 1 if op is ast.Gt else right.value - 1), state)
        return
    sign: ast.operator = ast.Add() if op is ast.Gt else ast.Sub()
    day = ast.parse("timedelta(days=1)", mode="eval").body
    shift = ast.Constant(1) if number else day
    give(left, Term(ast.BinOp(node, sign, shift), left.kind), state)


def _give_near(left: Term, op: type[ast.cmpop], clock: ast.expr, state: State) -> None:
    # A day before or after what the clock says when the test runs.
    sign: ast.operator = ast.Add() if op in (ast.Gt, ast.GtE) else ast.Sub()
    day = ast.parse("timedelta(days=1)", mode="eval").body
    give(left, Term(ast.BinOp(clock, sign, day), left.kind), state)


def _sample(wanted: Term) -> Term:
    if wanted.kind not in kinds.SAMPLES:
        raise NotForeseenError(wanted.text)
    return Term(ast.parse(kinds.SAMPLES[wanted.kind], mode="eval").body, wanted.kind)


def other_value(left: Term, taken: list[Term], state: State) -> Term:
    """Return a value for the path of ``left`` that is not in ``taken``."""
    values = [item.value for item in taken]
    field = field_at(left.path, state)
    chosen = {value[1].rpartition(".")[2] for value in values if isinstance(value, tuple)}
    for member, text in field.choices if field is not None else ():
        literal = ast.literal_eval(text)
        if member not in chosen and literal not in values:
            return _in_words_of(values, member) or constant(literal)
    default = _default(left, field)
    if default is not None and default.value not in values:
        return default
    for sample in ("other", "text") if left.kind in (kinds.TEXT, "choice") else (0, 2, 3):
        if sample not in values and left.kind in (kinds.TEXT, "choice", kinds.NUMBER):
            return constant(sample)
    if left.kind == kinds.FLAG and isinstance(values[0], bool):
        return constant(not values[0])
    raise NotForeseenError(left.text)


def _in_words_of(values: Sequence[object], member: str) -> Term | None:
    # ``Order.Status.NEW`` beside ``Order.Status.PAID``, which is comparable with it.
    owners = [str(v[1]).rpartition(".")[0] for v in values if isinstance(v, tuple)]
    if not owners or not owners[0] or not member:
        return None
    text = f"{owners[0]}.{member}"
    return Term(ast.parse(text, mode="eval").body, "choice", value=("choice", text))


def other_text(part: str) -> str:
    """Return a text that does not contain ``part``."""
    return "text" if part not in "text" else "other"


def _default(left: Term, field: ModelField | None) -> Term | None:
    # ``default=Status.DRAFT`` of a class inside the model.
    text = field.options.get("default", "") if field is not None else ""
    if not text or field is None or left.path.count(".") != 1:
        return None
    try:
        return constant(ast.literal_eval(text))
    except (ValueError, SyntaxError):
        return None


def field_at(path: str, state: State) -> ModelField | None:
    """Return the field that a path leads to, such as ``instance.author.email``."""
    model = _owner(Term(None, kinds.ANY, path=path), state)
    return model.field(path.rpartition(".")[2]) if model is not None else None
