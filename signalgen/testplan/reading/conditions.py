"""Which values make a condition hold, or not. Entries: ``assume`` and ``holds``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.facts import orm
from signalgen.testplan.reading import kinds
from signalgen.testplan.reading.state import UNKNOWN, NotForeseenError, State, Term
from signalgen.testplan.reading.steps import step
from signalgen.testplan.reading.terms import constant, filled, term

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from signalgen.values.index import ModelField

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


def holds(test: ast.expr, state: State) -> bool | None:
    """Return whether ``test`` holds on this way, None where it depends on a value to be chosen."""
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
    left, right = term(test.left, state), _right(test.comparators[0], state)
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


def _right(node: ast.expr, state: State) -> Term:
    if isinstance(node, (ast.Tuple, ast.List, ast.Set)):
        parts = [term(part, state) for part in node.elts]
        known = tuple(part.value for part in parts)
        return Term(None, kinds.ITEMS, value=UNKNOWN if UNKNOWN in known else known)
    return term(node, state)


_RESULTS: Mapping[type[ast.cmpop], Callable[[object, object], object]] = {
    ast.Eq: lambda a, b: a == b,
    ast.NotEq: lambda a, b: a != b,
    ast.Is: lambda a, b: a is b,
    ast.IsNot: lambda a, b: a is not b,
    ast.Lt: lambda a, b: a < b,  # type: ignore[operator]
    ast.Gt: lambda a, b: a > b,  # type: ignore[operator]
    ast.LtE: lambda a, b: a <= b,  # type: ignore[operator]
    ast.GtE: lambda a, b: a >= b,  # type: ignore[operator]
    ast.In: lambda a, b: a in b,  # type: ignore[operator]
    ast.NotIn: lambda a, b: a not in b,  # type: ignore[operator]
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
        unknown = step(state.scene.ctx, row.model, str(attribute.value)).use == "unknown"
        if unknown and (str(attribute.value) in row.model.attributes or not row.model.complete):
            raise NotForeseenError(ast.unparse(test))
        return not unknown
    if name.endswith((".get", ".add")) and state.scene.meanings.get(name.partition(".")[0]):
        sort = state.scene.meanings[name.partition(".")[0]].sort
        if sort == "cache":
            return name.endswith(".add")
    if name.endswith(".exists"):
        return None
    if name.endswith("tracker.has_changed"):
        return None
    value = term(test, state).value
    return None if value is UNKNOWN else bool(value)


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
        _assume_compared(test, op if want else _OPPOSITE[op], state)
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
        for part in test.values:
            assume(part, state, want=want)
        return
    only(test, 0, state)


def only(test: ast.BoolOp, index: int, state: State) -> None:
    """Choose values so that the part ``index`` alone decides: a false ``and``, a true ``or``."""
    decisive = isinstance(test.op, ast.Or)
    for position, part in enumerate(test.values):
        assume(part, state, want=decisive if position == index else not decisive)


def _assume_compared(test: ast.Compare, op: type[ast.cmpop], state: State) -> None:
    left, right = term(test.left, state), _right(test.comparators[0], state)
    if not left.path and right.path and op in _MIRRORED:
        left, right, op = right, left, _MIRRORED[op]
        elements: list[ast.expr] = []
    else:
        node = test.comparators[0]
        elements = node.elts if isinstance(node, (ast.Tuple, ast.List, ast.Set)) else []
    if not left.path or left.path.startswith(("@", "=")):
        raise NotForeseenError(ast.unparse(test))
    if right.value is None and op in (ast.Is, ast.IsNot, ast.Eq, ast.NotEq):
        if op in (ast.Is, ast.Eq):
            _give_none(left, state)
        else:
            filled(left, state)
        return
    if op is ast.In and elements:
        give(left, term(elements[0], state), state)
        return
    if op is ast.NotIn and elements:
        give(left, _other(left, [term(e, state) for e in elements], state), state)
        return
    if op in (ast.Eq, ast.NotEq) and right.path and right.kind == left.kind:
        _give_pair(left, right, state, same=op is ast.Eq)
        return
    if right.node is None:
        raise NotForeseenError(ast.unparse(test))
    if op in (ast.Eq, ast.Is):
        give(left, right, state)
    elif op in (ast.NotEq, ast.IsNot):
        give(left, _other(left, [right], state), state)
    else:
        _give_ordered(left, op, right, state)


def _give_ordered(left: Term, op: type[ast.cmpop], right: Term, state: State) -> None:
    assert right.node is not None
    shift: ast.expr | None = None
    if op in (ast.Gt, ast.Lt):
        sign: ast.operator = ast.Add() if op is ast.Gt else ast.Sub()
        if left.kind == kinds.NUMBER:
            shift = ast.Constant(1)
        elif left.kind in (kinds.MOMENT, kinds.DAY):
            shift = ast.parse("timedelta(days=1)", mode="eval").body
        else:
            raise NotForeseenError(right.text)
        value = right.value
        if isinstance(value, (int, float)) and isinstance(shift, ast.Constant):
            give(left, constant(value + 1 if op is ast.Gt else value - 1), state)
            return
        give(left, Term(ast.BinOp(right.node, sign, shift), left.kind), state)
        return
    if left.kind not in (kinds.NUMBER, kinds.MOMENT, kinds.DAY):
        raise NotForeseenError(right.text)
    give(left, right, state)


def _other(left: Term, taken: list[Term], state: State) -> Term:
    # A value that the field takes and that is none of ``taken``.
    values = [item.value for item in taken]
    field = _field(left, state)
    default = _default(left, field)
    if default is not None and default.value not in values:
        return default
    for sample in ("other", "text") if left.kind in (kinds.TEXT, "choice") else (0, 2, 3):
        if sample not in values and left.kind in (kinds.TEXT, "choice", kinds.NUMBER):
            return constant(sample)
    if left.kind == kinds.FLAG and isinstance(values[0], bool):
        return constant(not values[0])
    raise NotForeseenError(left.text)


def _default(left: Term, field: ModelField | None) -> Term | None:
    # ``default=Status.DRAFT`` of a class inside the model.
    text = field.options.get("default", "") if field is not None else ""
    if not text or field is None or left.path.count(".") != 1:
        return None
    try:
        return constant(ast.literal_eval(text))
    except (ValueError, SyntaxError):
        return None


def _field(left: Term, state: State) -> ModelField | None:
    head, _, rest = left.path.partition(".")
    model = state.scene.model if head in ("instance", "original") else None
    if head in state.names:
        model = state.names[head].model
    return model.field(rest) if model is not None and "." not in rest else None


def _give_none(left: Term, state: State) -> None:
    if not left.nullable:
        raise NotForeseenError(left.text)
    give(left, constant(None), state)


def _give_pair(left: Term, right: Term, state: State, *, same: bool) -> None:
    # Two rows are two unless one is given for both.
    if left.kind in (kinds.KEY, kinds.ROW) and not same:
        return
    if same or left.kind != kinds.TEXT:
        raise NotForeseenError(left.text)
    give(left, constant("one"), state)
    give(right, constant("another"), state)


def give(left: Term, value: Term, state: State) -> None:
    """Let the value at the path of ``left`` be ``value``; another one must not have been chosen."""
    path = left.path
    if left.kind == kinds.KEY or (path.endswith("_id") and value.value is not None):
        raise NotForeseenError(path)
    known = state.given.get(path)
    if known is not None and known.text != value.text:
        raise NotForeseenError(path)
    if path in state.assigned:
        raise NotForeseenError(path)
    state.given[path] = value


def _assume_value(found: Term, state: State, *, want: bool) -> None:
    if found.path.startswith("="):
        name = found.path[1:]
        state.stood_in[name] = "True" if want else "None"
        return
    if found.path.startswith("@django.conf.settings."):
        state.settings[found.path.rpartition(".")[2]] = repr(want)
        return
    if not found.path or found.path.startswith("@"):
        raise NotForeseenError(found.text)
    if found.kind in (kinds.KEY, kinds.ROW, kinds.MOMENT, kinds.DAY, kinds.UUID, kinds.TIME):
        if want:
            if found.nullable:
                filled(found, state)
            return
        _give_none(found, state)
        return
    sample = (kinds.SAMPLES if want else kinds.EMPTY).get(found.kind)
    if sample is None:
        raise NotForeseenError(found.text)
    value = constant(ast.literal_eval(sample)) if "(" not in sample else None
    give(found, value or Term(ast.parse(sample, mode="eval").body, found.kind), state)


def _assume_call(test: ast.Call, state: State, *, want: bool) -> None:
    func = test.func
    if isinstance(func, ast.Name) and func.id in ("getattr", "bool"):
        _assume_value(term(test, state), state, want=want)
        return
    if not isinstance(func, ast.Attribute):
        _assume_value(term(test, state), state, want=want)
        return
    if func.attr == "exists":
        # Nothing has been made yet; a row that is there is another test.
        term(func.value, state)
        if want:
            raise NotForeseenError(ast.unparse(test))
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


def changed_field(test: ast.Call) -> str:
    """Return the field of ``instance.tracker.has_changed("status")``, or ""."""
    named = test.args[0] if len(test.args) == 1 else None
    is_text = isinstance(named, ast.Constant) and isinstance(named.value, str)
    return str(named.value) if is_text and ast.unparse(test.func).endswith(".has_changed") else ""  # type: ignore[union-attr]


MANY = orm.LAZY
