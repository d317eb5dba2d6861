"""Makes a condition true or false by choosing attributes of the mocks that it reads: ``assume``."""

from __future__ import annotations

import ast

from signalgen.dotted import dotted
from signalgen.testplan.follow.evaluate import evaluate
from signalgen.testplan.follow.mockvalues import (
    NotSafeError,
    Raw,
    Value,
    World,
    compare,
    known,
    truth,
)
from signalgen.testplan.follow.plainvalues import split_chain

_CANDIDATES: tuple[object, ...] = (1, 0, 2, "x", "", None, True, False)
_MANY = 50


def assume(node: ast.expr, world: World, *, want: bool) -> bool:
    """Set attributes so that ``node`` comes out as ``want``; return whether that is certain."""
    before = dict(world.settings)
    if _assume(node, world, want=want):
        return True
    # What a failed attempt has set must not weigh on the next one.
    world.settings.clear()
    world.settings.update(before)
    value = _try(node, world)
    if value is not None and truth(value) is want:
        return True
    return world.bold and isinstance(node, ast.Compare) and _choose_anew(node, world, want=want)


def _choose_anew(node: ast.Compare, world: World, *, want: bool) -> bool:
    # An earlier condition chose a number; another number may suit both. The next pass tells.
    sides = [_try(part, world) for part in (node.left, *node.comparators)]
    if len(sides) != 2 or sides[0] is None or sides[1] is None:
        return False
    for side, other in ((sides[0], sides[1]), (sides[1], sides[0])):
        # The state of the row decides which branch is tested: it is never chosen anew.
        if (
            side.path not in world.settings
            or side.path.startswith("instance._state")
            or other.kind != "known"
        ):
            continue
        before = world.settings[side.path]
        for candidate in _candidates(other):
            world.settings[side.path] = candidate
            if _agrees(node, world, want=want):
                world.anew = True
                return True
        world.settings[side.path] = before
    return False


def _assume(node: ast.expr, world: World, *, want: bool) -> bool:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return assume(node.operand, world, want=not want)
    if isinstance(node, ast.Compare) and len(node.ops) > 1:
        return _assume_range(node, world, want=want) or assume(split_chain(node), world, want=want)
    if isinstance(node, ast.BoolOp):
        # ``a and b`` is true, and ``a or b`` false, only if every part comes out as wanted.
        every = isinstance(node.op, ast.And) == want
        if every:
            return all(assume(part, world, want=want) for part in node.values) and _agrees(
                node, world, want=want
            )
        return _any(node, world, want=want)
    if isinstance(node, ast.Compare):
        return _assume_comparison(node, world, want=want)
    value = _try(node, world)
    if value is None:
        return _assume_sized(node, world, want=want)
    if truth(value) is want:
        return True
    if value.kind == "mock" and value.path and not want:
        # A false result of a call is False, a false attribute the empty text: both are common
        # there.
        return world.settle(
            value.path, "" if value.path.rpartition(".")[2] != "return_value" else False
        )
    return False


def _agrees(node: ast.expr, world: World, *, want: bool) -> bool:
    value = _try(node, world)
    return value is not None and truth(value) is want


def _any(node: ast.BoolOp, world: World, *, want: bool) -> bool:
    # One part decides; the ones before it must not raise.
    for part in node.values:
        before = dict(world.settings)
        if assume(part, world, want=want) and _agrees(node, world, want=want):
            return True
        world.settings.clear()
        world.settings.update(before)
    return False


def _assume_range(node: ast.Compare, world: World, *, want: bool) -> bool:
    # ``0 < instance.stock < 10``: a number near one of the bounds.
    operands = [_try(part, world) for part in (node.left, *node.comparators)]
    paths = {o.path for o in operands if o is not None and o.kind == "mock"}
    if None in operands or len(paths) != 1 or not (path := paths.pop()):
        return False
    near = [n for o in operands if o is not None and o.kind == "known" for n in _candidates(o)]
    for candidate in near:
        before = dict(world.settings)
        if world.settle(path, candidate) and _agrees(node, world, want=want):
            return True
        world.settings.clear()
        world.settings.update(before)
    return False


def _assume_comparison(node: ast.Compare, world: World, *, want: bool) -> bool:
    left, right = _try(node.left, world), _try(node.comparators[0], world)
    if left is None or right is None:
        return _assume_sized(node, world, want=want)
    if _holds(left, node.ops[0], right, want=want):
        return True
    for side, other, on_left in ((left, right, True), (right, left, False)):
        if side.kind != "mock" or side.path is None:
            continue
        for candidate in _candidates(other):
            pair = (known(candidate), other) if on_left else (other, known(candidate))
            if _holds(pair[0], node.ops[0], pair[1], want=want):
                return world.settle(side.path, candidate)
    if _assume_same(node, left, right, world, want=want):
        return True
    if left.kind == right.kind == "mock" and left.path and right.path:
        return _assume_two(node, left, right, world, want=want)
    return _assume_sized(node, world, want=want)


def _assume_sized(node: ast.expr, world: World, *, want: bool) -> bool:
    # ``len(instance.name) > 3``, ``instance.name.startswith("x")``: a text that fits.
    texts = [
        part.value
        for part in ast.walk(node)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    ]
    candidates = ["xxxx", "", "x" * 12, *texts, "a b", "x"]
    for path in dict.fromkeys(_text_paths(node, world)):
        for candidate in candidates:
            before = dict(world.settings)
            if world.settle(path, candidate) and _agrees(node, world, want=want):
                return True
            world.settings.clear()
            world.settings.update(before)
    return False


def _text_paths(node: ast.expr, world: World) -> list[str]:
    # Attributes of rows that ``node`` measures or calls a text method of.
    out: list[str] = []
    for part in ast.walk(node):
        inner: ast.expr | None = None
        if (
            isinstance(part, ast.Call)
            and isinstance(part.func, ast.Attribute)
            and part.func.attr in _TEXT_METHODS
        ):
            inner = part.func.value
        elif isinstance(part, ast.Call) and dotted(part.func) == "len" and part.args:
            inner = part.args[0]
        value = _try(inner, world) if inner is not None else None
        if (
            value is not None
            and value.kind == "mock"
            and value.path
            and "return_value" not in value.path
        ):
            out.append(value.path)
    return out


_TEXT_METHODS = frozenset(
    [
        "startswith",
        "endswith",
        "strip",
        "lower",
        "upper",
        "isdigit",
        "split",
        "removeprefix",
        "title",
        "replace",
        "isalpha",
        "count",
        "find",
    ]
)


def _assume_same(node: ast.Compare, left: Value, right: Value, world: World, *, want: bool) -> bool:
    # Equal to something that only the project knows (a choice, a setting): take that very object.
    pure = right.kind == "pure" and right.text
    # A Decimal has neighbours, which an arbitrary object has not.
    if left.kind == "mock" and left.path and pure and "Decimal(" in (right.text or ""):
        return _assume_order(node.ops[0], left.path, right.text or "", world, want=want)
    equal = isinstance(node.ops[0], (ast.Eq, ast.Is)) == want and isinstance(
        node.ops[0], (ast.Eq, ast.Is, ast.NotEq, ast.IsNot)
    )
    for side, other in ((left, right), (right, left)):
        if equal and side.kind == "mock" and side.path and other.kind == "pure" and other.text:
            return world.settle(side.path, Raw(other.text))
        if equal and side.kind == "mock" and side.path and other.same:
            return world.settle(side.path, Raw(other.same))
    if equal and left.kind == right.kind == "mock" and left.path and right.path:
        return world.settle(left.path, Raw(right.path)) or world.settle(right.path, Raw(left.path))
    return False


def _assume_order(op: ast.cmpop, path: str, text: str, world: World, *, want: bool) -> bool:
    # Larger or smaller than a number that only the test can make: that number, one more or one
    # less.
    for step, sample in (("", 0), (" + 1", 1), (" - 1", -1)):
        if _holds(known(sample), op, known(0), want=want):
            return world.settle(path, Raw(f"{text}{step}"))
    return False


def _assume_two(node: ast.Compare, left: Value, right: Value, world: World, *, want: bool) -> bool:
    # Two attributes compared with each other: give each a number.
    for first, second in ((2, 1), (1, 2), (1, 1)):
        if _holds(known(first), node.ops[0], known(second), want=want):
            return world.settle(left.path or "", first) and world.settle(right.path or "", second)
    return False


def _candidates(other: Value) -> tuple[object, ...]:
    # Values worth trying against ``other``: itself, its neighbours, its elements.
    value = other.value
    if other.kind != "known":
        return ()
    near: list[object] = [value]
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        near += [value + 1, value - 1]
    elif isinstance(value, str):
        near += [value + "x"]
    elif isinstance(value, (list, tuple, set, frozenset)):
        near = sorted(value, key=repr)
    return (*near, *_CANDIDATES)


def _holds(left: Value, op: ast.cmpop, right: Value, *, want: bool) -> bool:
    try:
        return truth(compare(left, op, right)) is want
    except NotSafeError:
        return False


def _try(node: ast.expr, world: World) -> Value | None:
    try:
        return evaluate(node, world.silent())
    except NotSafeError:
        return None
