"""Values of fields that make a comparison of computed numbers hold. Entry: ``solved``."""

from __future__ import annotations

import ast
import operator
from decimal import Decimal
from typing import TYPE_CHECKING

from signalgen.dotted import dotted
from signalgen.testplan.choosing.given import field_at, give
from signalgen.testplan.terms import kinds
from signalgen.testplan.terms.state import State, Term, constant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Any

    Number = int | float | Decimal

_OPERATORS: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,
}
_ORDERS: Mapping[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
_CALLED: Mapping[str, Callable[..., Any]] = {"int": int, "abs": abs, "max": max, "min": min}
_MOST = {"SmallIntegerField": 32767, "PositiveSmallIntegerField": 32767}


def solved(left: Term, op: type[ast.cmpop], right: Term, state: State) -> bool:
    """Choose values so that ``left`` compares to ``right`` as ``op`` requires.

    Returns False, with nothing chosen, if a part is no number of a row, or no value is found.
    Raises NotForeseenError if another value has been chosen.
    """
    holds = _ORDERS.get(op)
    sides = [side.node for side in (left, right)]
    if holds is None or None in sides or {left.kind, right.kind} != {kinds.NUMBER}:
        return False
    paths = {text: _path(text, state) for side in sides if side is not None for text in reads(side)}
    if not paths or "" in paths.values():
        return False
    known = {
        text: state.given[path].value
        for text, path in paths.items()
        if path in state.given and path not in state.loose
    }
    free = {text: path for text, path in paths.items() if text not in known}
    best: tuple[Number, dict[str, object]] | None = None
    for values in _tried(sides, known, list(free)):
        one, other = (_result(side, values) for side in sides if side is not None)
        if one is None or other is None or not holds(one, other):
            continue
        apart = abs(one - other)  # type: ignore[operator]
        fit = all(_holds_value(free[text], values[text], state) for text in free)
        if fit and (best is None or apart < best[0]):
            best = apart, values
    if best is None:
        return False
    for text, path in free.items():
        _choose(path, best[1][text], state)
    return True


def reads(node: ast.expr) -> Iterator[str]:
    """Yield the attributes and names that a number is worked out of, "" for anything else."""
    if isinstance(node, (ast.Attribute, ast.Name)):
        yield dotted(node)
    elif isinstance(node, ast.BinOp):
        yield from (*reads(node.left), *reads(node.right))
    elif isinstance(node, ast.Call):
        for argument in node.args:
            yield from reads(argument)
    elif not isinstance(node, ast.Constant):
        yield ""


def _path(text: str, state: State) -> str:
    head, _, rest = state.captured.get(text, text).partition(".")
    path = f"instance.{rest}" if head == state.scene.row and rest else f"{head}.{rest}"
    field = field_at(path, state) if rest else None
    return path if field is not None and kinds.OF_FIELDS.get(field.type) == kinds.NUMBER else ""


def _tried(
    sides: list[ast.expr | None], known: Mapping[str, object], free: list[str]
) -> Iterator[dict[str, object]]:
    # One field after the other gets a value around what it is compared with.
    usual = {**known, **dict.fromkeys(free, 1)}
    yield usual
    results = [_result(side, usual) for side in sides if side is not None]
    bounds = [int(result) for result in results if result is not None]
    near = [bound + more for bound in bounds for more in (0, 1, -1)]
    for text in free:
        for value in (*near, 0, 2, 10, *(bound * 2 + 1 for bound in bounds)):
            yield {**usual, text: max(value, 0)}


def _result(node: ast.expr, values: Mapping[str, object]) -> Number | None:
    if isinstance(node, (ast.Attribute, ast.Name)):
        found: object = values.get(dotted(node))
        return found if isinstance(found, (int, float, Decimal)) else None
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, (int, float)) else None
    if isinstance(node, ast.BinOp):
        parts = [_result(node.left, values), _result(node.right, values)]
        apply = _OPERATORS.get(type(node.op))
    elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
        # ``Decimal("9.50")``
        return _constant(node)
    elif isinstance(node, ast.Call):
        parts = [_result(argument, values) for argument in node.args]
        apply = _CALLED.get(dotted(node.func))
    else:
        return None
    if apply is None or None in parts:
        return None
    try:
        result: Number = apply(*parts)
    except (ArithmeticError, TypeError):
        return None
    return result


def _constant(call: ast.Call) -> Number | None:
    try:
        return Decimal(str(ast.literal_eval(call.args[0]))) if len(call.args) == 1 else None
    except (ArithmeticError, ValueError):
        return None


def _holds_value(path: str, value: object, state: State) -> bool:
    field = field_at(path, state)
    if field is None or not isinstance(value, int):
        return False
    digits, places = (field.options.get(name, "") for name in ("max_digits", "decimal_places"))
    if digits.isdigit() and places.isdigit():
        return bool(value < 10 ** (int(digits) - int(places)))
    return value <= _MOST.get(field.type, 2**31 - 1)


def _choose(path: str, value: object, state: State) -> None:
    chosen = constant(value)
    state.loose.discard(path)
    # What the body assigns later does not matter: this is the value before.
    if path in state.assigned or path in state.given:
        state.given[path] = chosen
    else:
        give(Term(None, kinds.NUMBER, path=path), chosen, state)
