"""The truth of tests for known arguments of a signal: ``may_run`` and ``truth``."""

from __future__ import annotations

import ast
import re
from itertools import pairwise
from typing import TYPE_CHECKING

from signalgen.flow.function.guards import conditions, path_to
from signalgen.flow.function.signature import is_kwarg, mentions_argument, names_of
from signalgen.index.reading.listed import assigned_value
from signalgen.index.reading.resolving import find, resolve

if TYPE_CHECKING:
    from collections.abc import Mapping

    from signalgen.index import Index
    from signalgen.values.index import FunctionRef

_UNKNOWN = object()
_DEEPEST = 6


def may_run(
    index: Index, function: FunctionRef, wanted: ast.AST, given: Mapping[str, object]
) -> bool | None:
    """Tell whether a node of a function runs when the arguments have the values in ``given``.

    True: no test of these arguments prevents it. False: one certainly does. None: one may.
    """
    # `conditions` sees only plain early returns; this also follows nested ones.
    if _has_left(index, function, wanted, given):
        return False
    doubtful = _in_match(function, wanted, given)
    for condition in conditions(function, wanted):
        result = truth(index, function, condition.test, given)
        if result is not None and result != condition.positive:
            return False
        doubtful = doubtful or (result is None and _is_about(condition.test, function, given))
    return None if doubtful else True


def _has_left(
    index: Index, function: FunctionRef, wanted: ast.AST, given: Mapping[str, object]
) -> bool:
    for parent, child in pairwise(path_to(function.node, wanted)):
        for name in ("body", "orelse", "finalbody"):
            block = getattr(parent, name, None)
            if isinstance(block, list) and child in block:
                before = block[: block.index(child)]
                if any(_leaves(index, function, stmt, given) for stmt in before):
                    return True
    return False


def _leaves(
    index: Index, function: FunctionRef, stmt: ast.stmt, given: Mapping[str, object]
) -> bool:
    if isinstance(stmt, (ast.Return, ast.Raise, ast.Continue, ast.Break)):
        return True
    if not isinstance(stmt, ast.If):
        return False
    # With an unknown test, both branches must leave.
    result = truth(index, function, stmt.test, given)
    taken = (
        [stmt.body] if result else [stmt.orelse] if result is False else [stmt.body, stmt.orelse]
    )
    return all(any(_leaves(index, function, item, given) for item in block) for block in taken)


def truth(
    index: Index, function: FunctionRef, test: ast.expr, given: Mapping[str, object]
) -> bool | None:
    """Return the truth of a test, None when it depends on something else."""
    value = _Tests(index, function, given).value(test)
    return None if value is _UNKNOWN else bool(value)


def _is_about(test: ast.expr, function: FunctionRef, given: Mapping[str, object]) -> bool:
    if any(mentions_argument(test, function, name) for name in given):
        return True
    # A local flag may be computed from them.
    names = {item.id for item in ast.walk(test) if isinstance(item, ast.Name)}
    values = [value for name in names if (value := assigned_value(function, name)) is not None]
    return any(mentions_argument(value, function, name) for value in values for name in given)


def _in_match(function: FunctionRef, wanted: ast.AST, given: Mapping[str, object]) -> bool:
    return any(
        isinstance(parent, ast.Match)
        and child is not parent.subject
        and _is_about(parent.subject, function, given)
        for parent, child in pairwise(path_to(function.node, wanted))
    )


class _Tests:
    def __init__(self, index: Index, function: FunctionRef, given: Mapping[str, object]) -> None:
        self.index = index
        self.function = function
        self.given = given
        self.names = {name: names_of(function, name) for name in given}
        self.depth = 0
        self.known: dict[tuple[str, int], object] = {}

    def value(self, node: ast.expr) -> object:
        """Return the value of an expression, ``_UNKNOWN`` when it is not certain."""
        if isinstance(node, ast.Constant):
            return node.value
        known = self._argument(node)
        if known is not _UNKNOWN:
            return known
        if isinstance(node, ast.Name):
            key = node.id, self.depth
            if key not in self.known:
                self.known[key] = self._name(node.id)
            return self.known[key]
        if isinstance(node, (ast.Tuple, ast.List, ast.Set)):
            items = [self.value(item) for item in node.elts]
            return _UNKNOWN if _UNKNOWN in items else items
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            inner = self.value(node.operand)
            return _UNKNOWN if inner is _UNKNOWN else not inner
        if isinstance(node, ast.BoolOp):
            return self._joined(node)
        if isinstance(node, ast.Compare) and len(node.ops) == 1:
            return _compared(node.ops[0], self.value(node.left), self.value(node.comparators[0]))
        return self._call(node) if isinstance(node, ast.Call) else _UNKNOWN

    def _argument(self, node: ast.expr) -> object:
        kwargs = self.function.node.args.kwarg
        for name, value in self.given.items():
            if isinstance(node, ast.Name) and node.id in self.names[name]:
                return value
            if kwargs is not None and is_kwarg(node, kwargs.arg, name):
                return value
        return _UNKNOWN

    def _name(self, name: str) -> object:
        if self.depth >= _DEEPEST:
            return _UNKNOWN
        value = assigned_value(self.function, name)
        if value is None:
            found = find(
                self.index.code, resolve(self.index.code, self.function.path, name, self.function)
            )
            if (
                found is not None
                and not found.rest
                and isinstance(found.stmt, (ast.Assign, ast.AnnAssign))
            ):
                # Assigned again, under a condition say, it is no constant.
                again = re.compile(
                    rb"^\s*%s\s*(?::[^=\n]+)?=(?!=)" % found.name.encode(), re.MULTILINE
                )
                once = len(again.findall(self.index.code.data(found.path))) == 1
                value = found.stmt.value if once else None
        if value is None:
            return _UNKNOWN
        self.depth += 1
        result = self.value(value)
        self.depth -= 1
        return result

    def _joined(self, node: ast.BoolOp) -> object:
        # One true part decides an `or`, one false part an `and`; the rest may be unknown.
        decisive = isinstance(node.op, ast.Or)
        values = [self.value(item) for item in node.values]
        if any(value is not _UNKNOWN and bool(value) == decisive for value in values):
            return decisive
        return _UNKNOWN if any(value is _UNKNOWN for value in values) else not decisive

    def _call(self, node: ast.Call) -> object:
        func = node.func
        if len(node.args) != 1 or node.keywords:
            return _UNKNOWN
        argument = self.value(node.args[0])
        if argument is _UNKNOWN:
            return _UNKNOWN
        if isinstance(func, ast.Name) and func.id in ("set", "frozenset", "list", "tuple", "bool"):
            return bool(argument) if func.id == "bool" else argument
        if not isinstance(func, ast.Attribute) or func.attr not in ("startswith", "endswith"):
            return _UNKNOWN
        text = self.value(func.value)
        if not isinstance(text, str) or not isinstance(argument, str):
            return _UNKNOWN
        return text.startswith(argument) if func.attr == "startswith" else text.endswith(argument)


def _compared(op: ast.cmpop, left: object, right: object) -> object:
    if left is _UNKNOWN or right is _UNKNOWN:
        return _UNKNOWN
    if isinstance(op, (ast.Eq, ast.Is)):
        return left == right
    if isinstance(op, (ast.NotEq, ast.IsNot)):
        return left != right
    if isinstance(op, (ast.In, ast.NotIn)) and isinstance(right, (list, str)):
        inside = left in right if isinstance(right, list) or isinstance(left, str) else False
        return inside == isinstance(op, ast.In)
    return _UNKNOWN
