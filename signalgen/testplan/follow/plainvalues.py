"""Calculates with known values, and gives the source text that says a value.

``arithmetic``, ``binary`` and ``element`` calculate; they raise NotSafeError where Python would
raise.
"""

from __future__ import annotations

import ast
import operator
from functools import lru_cache
from typing import TYPE_CHECKING

from signalgen.dotted import dotted
from signalgen.testplan.follow.mockvalues import NotSafeError, Raw, Value, World, known

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence


def dot(text: str | None, attribute: str) -> str | None:
    """Return the text of an attribute of what ``text`` says, in parentheses where needed."""
    if text is None:
        return None
    tight = isinstance(
        expression(text),
        (ast.Name, ast.Attribute, ast.Call, ast.Subscript, ast.JoinedStr, ast.List),
    )
    return f"{text}.{attribute}" if tight or text[:1] in "'\"" else f"({text}).{attribute}"


def split_chain(node: ast.Compare) -> ast.BoolOp:
    """Return ``a < b < c`` as ``a < b and b < c``."""
    operands = [node.left, *node.comparators]
    pairs = zip(operands, node.ops, operands[1:], strict=False)
    return ast.BoolOp(ast.And(), [ast.Compare(left, [op], [right]) for left, op, right in pairs])


def is_query(value: Value) -> bool:
    """Tell whether an operand is an F or Q: these take anything in their arithmetic."""
    return value.text is not None and value.text.startswith(("F(", "Q(", "Value(", "~Q("))


def arithmetic(left: object, op: ast.operator, right: object, text: str | None) -> Value:
    """Calculate with small numbers and texts.

    Raises NotSafeError for what would take long or raise.
    """
    # Large numbers make slow products.
    small = (isinstance(v, (int, float)) and abs(v) < 10**6 for v in (left, right))
    simple = isinstance(op, (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod)) and all(
        small
    )
    added = (
        isinstance(op, ast.Add)
        and type(left) is type(right)
        and isinstance(left, (str, list, tuple))
    )
    filled = isinstance(op, ast.Mod) and isinstance(left, str)
    united = isinstance(op, (ast.BitOr, ast.BitAnd, ast.Sub)) and isinstance(
        left, (set, frozenset, dict)
    )
    if not (simple or added or filled or united):
        raise NotSafeError
    try:
        result = known(_ARITHMETIC[type(op)](left, right))
    except (TypeError, ValueError, ArithmeticError):
        raise NotSafeError from None
    return result if result.text else known(result.value, text)


_ARITHMETIC: dict[type[ast.operator], Callable[..., object]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.BitOr: operator.or_,
    ast.BitAnd: operator.and_,
}


@lru_cache(1024)
def expression(text: str) -> ast.expr:
    """Return the tree of an expression's text. It is shared: nobody may change it."""
    return ast.parse(text, mode="eval").body


def element(container: object, index: object) -> Value:
    """Return one element or slice of a known container. Raises NotSafeError without one."""
    try:
        return known(operator.getitem(container, index))  # type: ignore[call-overload]
    except (TypeError, LookupError, ValueError):
        raise NotSafeError from None


def binary(left: Value, op: ast.operator, right: Value) -> Value:
    """Return what an operator gives. Raises NotSafeError where that raises or is unknown."""
    text = None
    if left.text and right.text:
        text = ast.unparse(ast.BinOp(expression(left.text), op, expression(right.text)))
    if left.kind == right.kind == "known":
        return arithmetic(left.value, op, right.value, text)
    # ``%`` asks each argument for a format, which a mock does not have.
    if isinstance(op, ast.Mod) and (left.string or isinstance(left.value, str)):
        raise NotSafeError
    kinds = {left.kind, right.kind}
    if "mock" in kinds:
        if (
            isinstance(left.value, (list, tuple))
            or isinstance(right.value, (list, tuple))
            or "unknown" in kinds
        ):
            raise NotSafeError
        return Value("mock", text=text)
    if "unknown" in kinds:
        texts = all(v.string or isinstance(v.value, str) for v in (left, right))
        if not texts and not is_query(left) and not is_query(right):
            raise NotSafeError
        return Value("unknown", text=text, string=texts)
    return Value("pure", text=text)


def formatted(spec: ast.expr, value: Value, world: World) -> Value:
    """Give a mock, which has no format, a date for date formats, else a number."""
    if any(isinstance(part, ast.FormattedValue) for part in ast.walk(spec)):
        raise NotSafeError
    text = "".join(str(part.value) for part in ast.walk(spec) if isinstance(part, ast.Constant))
    if value.kind == "known":
        try:
            format(value.value, text)
        except (TypeError, ValueError):
            raise NotSafeError from None
        return value
    # A strftime format such as ``%d.%m.`` needs a date, which the attribute was set to.
    if value.kind == "pure" or value.string or (value.same.startswith("datetime(") and "%" in text):
        return value
    if value.kind != "mock" or value.path is None:
        raise NotSafeError
    found: object = Raw("datetime(2026, 1, 31)") if "%" in text and len(text) > 1 else 1
    if not world.settle(value.path, found):
        raise NotSafeError
    return world.at(value.path, value.text)


def filled(node: ast.JoinedStr, values: Sequence[Value]) -> str | None:
    """Return the text of an f-string of known ``values``; None with a format or conversion."""
    parts, rest = [], list(values)
    for part in node.values:
        if isinstance(part, ast.FormattedValue):
            if part.format_spec is not None or part.conversion != -1:
                return None
            parts.append(str(rest.pop(0).value))
        elif isinstance(part, ast.Constant):
            parts.append(str(part.value))
    return "".join(parts)


def bound(value: Value) -> object:
    """Return one end of a slice: a mock counts as 1 where a number is needed."""
    return 1 if value.kind == "mock" else value.value


def name_rows(node: ast.Call, world: World, evaluate: Callable[[ast.expr, World], Value]) -> None:
    """Give a name to each attribute that a slug is made of."""
    for argument in node.args:
        inner = argument.values if isinstance(argument, ast.JoinedStr) else [argument]
        for part in inner:
            one = part.value if isinstance(part, ast.FormattedValue) else part
            if isinstance(one, ast.Attribute) and dotted(one).startswith("instance."):
                value = evaluate(one, world)
                if value.kind == "mock" and value.path:
                    world.settle(value.path, "xxxx")


def ordered(value: Value, other: Value, world: World) -> Value:
    """Give a mock, which has no order, the number that it is compared with."""
    number = isinstance(other.value, (int, float)) and not isinstance(other.value, bool)
    if value.kind == "mock" and value.path and number and world.settle(value.path, other.value):
        return world.at(value.path, value.text)
    return value


def arguments_of(node: ast.Call) -> Iterator[ast.expr]:
    """Yield the values of all arguments, without their stars and keyword names."""
    for arg in node.args:
        yield arg.value if isinstance(arg, ast.Starred) else arg
    for keyword in node.keywords:
        yield keyword.value
