"""Values that make a condition hold, or not. Entries: ``assume`` and ``holds``."""

from __future__ import annotations

import ast
import operator
from typing import TYPE_CHECKING

from signalgen.syntax import parse_expression, snake_words
from signalgen.testplan.choosing.compared import assume_compared, right_side
from signalgen.testplan.choosing.found import found_row
from signalgen.testplan.choosing.given import (
    give,
    give_none,
)
from signalgen.testplan.terms import kinds
from signalgen.testplan.terms.attributes import filled
from signalgen.testplan.terms.state import UNKNOWN, NotForeseenError, State, Term, chosen, constant
from signalgen.testplan.terms.steps import step
from signalgen.testplan.terms.terms import term

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from signalgen.values.index import ModelField
    from signalgen.values.project import Model

_OPPOSITE: Mapping[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.GtE,
    ast.GtE: ast.Lt,
    ast.Gt: ast.LtE,
    ast.LtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}


def holds(test: ast.expr, state: State) -> bool | None:
    """Return whether ``test`` holds on this path, None if it depends on a value to be chosen."""
    if isinstance(test, ast.BoolOp):
        parts = [holds(part, state) for part in test.values]
        decisive = isinstance(test.op, ast.Or)
        if decisive in parts:
            return decisive
        return None if None in parts else not decisive
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        inner = holds(test.operand, state)
        return None if inner is None else not inner
    if isinstance(test, ast.Compare) and len(test.ops) == 1:
        return _compared(test, state)
    if isinstance(test, ast.Call):
        return _known_call(test, state)
    value = term(test, state).value
    return None if value is UNKNOWN else bool(value)


def _compared(test: ast.Compare, state: State) -> bool | None:
    left, right = term(test.left, state), right_side(test.comparators[0], state)
    op = type(test.ops[0])
    if _is_row(left) and right.value is None and not left.nullable:
        return op in (ast.IsNot, ast.NotEq)
    if left.kind == kinds.MODEL and right.kind == kinds.MODEL:
        same = left.model is right.model
        return same if op in (ast.Is, ast.Eq) else not same
    if left.value is UNKNOWN or right.value is UNKNOWN:
        return None
    compare = _RESULTS.get(op)
    try:
        return bool(compare(left.value, right.value)) if compare else None
    except TypeError as error:
        raise NotForeseenError(ast.unparse(test)) from error


def _is_row(found: Term) -> bool:
    return found.kind in (kinds.ROW, kinds.ROWS)


_RESULTS: Mapping[type[ast.cmpop], Callable[[Any, Any], object]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
    ast.Lt: operator.lt,
    ast.Gt: operator.gt,
    ast.LtE: operator.le,
    ast.GtE: operator.ge,
    ast.In: lambda value, among: value in among,
    ast.NotIn: lambda value, among: value not in among,
}


def _known_call(test: ast.Call, state: State) -> bool | None:
    name = ast.unparse(test.func)
    if name == "isinstance":
        row, wanted = term(test.args[0], state), term(test.args[1], state)
        return (row.model is not None and row.model is wanted.model) or None
    if name == "hasattr":
        row, attribute = term(test.args[0], state), test.args[1]
        if row.model is None or not isinstance(attribute, ast.Constant):
            raise NotForeseenError(ast.unparse(test))
        found = step(state.scene.ctx, row.model, str(attribute.value))
        use = found.use
        if use == "back":
            return _points_back(row, found.model, state)
        unknown = use == "unknown"
        if unknown and (str(attribute.value) in row.model.attributes or not row.model.complete):
            raise NotForeseenError(ast.unparse(test))
        return not unknown
    if name.endswith((".get", ".add")) and state.scene.meanings.get(name.partition(".")[0]):
        sort = state.scene.meanings[name.partition(".")[0]].sort
        if sort == "cache":
            there = _is_cached(test, name.partition(".")[0], state)
            return not there if name.endswith(".add") else there
    if name.endswith(".exists"):
        return None
    if name.endswith("tracker.has_changed"):
        return None
    value = term(test, state).value
    return None if value is UNKNOWN else bool(value)


def _points_back(row: Term, model: Model | None, state: State) -> bool | None:
    # Whether a row of ``model`` points at ``row``: the signal's row may do so itself.
    if row.path == "instance":
        return False if state.scene.fixed.get("adding") else None
    here, labels = state.scene.model, set[str]()
    for name in row.path.split(".")[1:]:
        labels |= {here.label} if here is not None else set()
        here = step(state.scene.ctx, here, name).model if here is not None else None
    if model is None or model.label in labels:
        raise NotForeseenError(row.text)
    return False


def _is_cached(call: ast.Call, root: str, state: State) -> bool:
    # Whether the body has put something under the key of ``call``, which is recorded already.
    key = term(call.args[0], state).text if call.args else ""
    there = False
    for effect in state.effects[:-1]:
        earlier = parse_expression(effect.text) if effect.text.startswith(f"{root}.") else None
        if not isinstance(earlier, ast.Call) or effect.deferred or not earlier.args:
            continue
        if key == "mock.ANY" or ast.unparse(earlier.args[0]) == key:
            method = ast.unparse(earlier.func).rpartition(".")[2]
            value = earlier.args[1] if len(earlier.args) > 1 else None
            puts = method in ("set", "add")
            if puts and not (isinstance(value, ast.Constant) and value.value and key != "mock.ANY"):
                raise NotForeseenError(ast.unparse(call))
            there = puts or (there and method in ("get", "touch"))
    return there


def assume(test: ast.expr, state: State, *, want: bool) -> None:
    """Choose values so that ``test`` holds, or not; raises NotForeseenError."""
    settled = holds(test, state)
    if settled is not None:
        if settled is not want:
            raise NotForeseenError(ast.unparse(test))
        return
    if isinstance(test, ast.BoolOp):
        _assume_parts(test, state, want=want)
    elif isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        assume(test.operand, state, want=not want)
    elif isinstance(test, ast.Compare) and len(test.ops) == 1:
        op = type(test.ops[0])
        assume_compared(test, op if want else _OPPOSITE[op], state)
    elif isinstance(test, ast.Compare):
        pairs = zip([test.left, *test.comparators], test.ops, test.comparators, strict=False)
        parts: list[ast.expr] = [ast.Compare(a, [op], [b]) for a, op, b in pairs]
        assume(ast.BoolOp(ast.And(), parts), state, want=want)
    elif isinstance(test, ast.Call):
        _assume_call(test, state, want=want)
    else:
        _assume_value(term(test, state), state, want=want)


def _assume_parts(test: ast.BoolOp, state: State, *, want: bool) -> None:
    # Every part of ``and`` must hold, one of ``or`` is enough, and the rest must not decide.
    if isinstance(test.op, ast.And) is want:
        for part in sorted(test.values, key=_order):
            assume(part, state, want=want)
        return
    if not any(_decides(test, index, state) for index in range(len(test.values))):
        raise NotForeseenError(ast.unparse(test))


def _decides(test: ast.BoolOp, index: int, state: State) -> bool:
    take_back = chosen(state)
    try:
        only(test, index, state)
    except NotForeseenError:
        take_back()
        return False
    return True


def _order(part: ast.expr) -> int:
    # Whether there is a value depends on the conditions, as for the value that a field changes to.
    if "has_changed" in ast.unparse(part):
        return 2
    return int(isinstance(part, (ast.Name, ast.Attribute)))


def only(test: ast.BoolOp, index: int, state: State) -> None:
    """Choose values so that only part ``index`` decides: a false ``and``, a true ``or``."""
    decisive = isinstance(test.op, ast.Or)
    for part in sorted(test.values, key=_order):
        assume(part, state, want=decisive if part is test.values[index] else not decisive)


def _assume_value(found: Term, state: State, *, want: bool) -> None:
    if found.path.startswith("="):
        name = found.path[1:]
        state.stood_in[name] = '"answer"' if want else "None"
        return
    if found.path.startswith("@django.conf.settings."):
        _choose_setting(found, state, want=want)
        return
    if not found.path or found.path.startswith("@"):
        raise NotForeseenError(found.text)
    if found.kind == "request":
        if not want:
            state.given[found.path] = constant(None)
        return
    if found.kind in (kinds.KEY, kinds.ROW, kinds.MOMENT, kinds.DAY, kinds.UUID, kinds.TIME):
        if not want:
            give_none(found, state)
        elif found.nullable:
            filled(found, state)
        return
    sample = (kinds.SAMPLES if want else kinds.EMPTY).get(found.kind)
    if sample is None:
        raise NotForeseenError(found.text)
    value = constant(ast.literal_eval(sample)) if "(" not in sample else None
    give(found, value or Term(ast.parse(sample, mode="eval").body, found.kind), state)


def _choose_setting(found: Term, state: State, *, want: bool) -> None:
    name = found.path.rpartition(".")[2]
    known = state.settings.setdefault(name, repr(want))
    if kinds.DJANGO_SETTINGS.match(name) or known != repr(want):
        raise NotForeseenError(found.text)


def _assume_call(test: ast.Call, state: State, *, want: bool) -> None:
    func = test.func
    if isinstance(func, ast.Name) and func.id == "hasattr":
        _give_back(test, state, want=want)
        return
    if not isinstance(func, ast.Attribute):
        _assume_value(term(test, state), state, want=want)
        return
    if func.attr == "exists":
        # Nothing has been created yet, except rows that the test needs anyway.
        found_row(func.value, state, want=want)
        return
    if func.attr == "has_changed":
        _assume_changed(test, state, want=want)
        return
    owner = term(func.value, state)
    if owner.kind == kinds.TEXT and func.attr in ("startswith", "endswith") and owner.path:
        part = test.args[0]
        if not isinstance(part, ast.Constant) or not isinstance(part.value, str):
            raise NotForeseenError(ast.unparse(test))
        give(owner, constant(part.value if want else f"?{part.value}?"), state)
        return
    if owner.kind == kinds.TEXT and func.attr == "strip" and owner.path:
        give(owner, constant("text" if want else " "), state)
        return
    raise NotForeseenError(ast.unparse(test))


def _give_back(test: ast.Call, state: State, *, want: bool) -> None:
    # ``hasattr(instance, "profile")``: whether a row points at this one.
    owner, name = term(test.args[0], state), ast.literal_eval(test.args[1])
    if want:
        term(ast.Attribute(test.args[0], name, ast.Load()), state)
    elif owner.model is not None:
        found = step(state.scene.ctx, owner.model, name).model
        state.absent.add(snake_words(found.name) if found is not None else "")


def _assume_changed(test: ast.Call, state: State, *, want: bool) -> None:
    # ``instance.tracker.has_changed("status")`` of a row that is saved again.
    named, model = test.args[0], state.scene.model
    field = model.field(str(named.value)) if model and isinstance(named, ast.Constant) else None
    if field is None or state.scene.fixed.get("adding") is not False or state.scene.before:
        raise NotForeseenError(ast.unparse(test))
    if want:
        path, kind = f"instance.{field.name}", kinds.OF_FIELDS.get(field.type, kinds.ANY)
        state.changed.add(field.name)
        if path not in state.given:
            give(Term(None, kind, path=path), _changed_to(kind, field), state)
        elif kind == kinds.TEXT and not field.choices:
            # It may change to the value of a new row.
            length = field.options.get("max_length", "")
            other = "before"[: int(length)] if length.isdigit() else "before"
            state.given.setdefault(f"original.{field.name}", constant(other))


def _changed_to(kind: str, field: ModelField) -> Term:
    if field.choices:
        return constant(ast.literal_eval(field.choices[-1][1]))
    if kind == kinds.TEXT:
        return constant("other")
    if kind == kinds.FLAG:
        return constant(field.options.get("default") != "True")
    if kind == kinds.NUMBER:
        return constant(7)
    raise NotForeseenError(field.name)
