"""The truth of conditions for known arguments of a signal: ``may_run``, ``truth``, ``Tests``."""

from __future__ import annotations

import ast
import re
from itertools import pairwise
from typing import TYPE_CHECKING

from signalgen.flow.function.guards import conditions_along, path_to, turns_before
from signalgen.flow.function.signature import kwarg_key, names_of
from signalgen.index.memo import answered_once
from signalgen.index.reading.listed import assigned_value
from signalgen.index.reading.resolving import find, resolve
from signalgen.index.reading.walking import walk

if TYPE_CHECKING:
    from collections.abc import Mapping

    from signalgen.index import Index
    from signalgen.index.reading.code import Codebase
    from signalgen.values.index import FunctionRef

_UNKNOWN = object()
_DEEPEST = 6


def may_run(
    index: Index, function: FunctionRef, wanted: ast.AST, given: Mapping[str, object]
) -> bool | None:
    """Tell whether a node of a function runs if the arguments have the values in ``given``.

    True: no test of these arguments prevents it. False: one certainly does. None: one may.
    """
    return Tests(index, function, given).may_run(wanted)


def truth(
    index: Index, function: FunctionRef, test: ast.expr, given: Mapping[str, object]
) -> bool | None:
    """Return the truth of a test, None if it depends on something else."""
    return Tests(index, function, given).truth(test)


class Tests:
    """The tests of a function whose arguments have the values in ``given``.

    Who asks about several nodes keeps it: the early returns at the top come before all of them.
    """

    def __init__(self, index: Index, function: FunctionRef, given: Mapping[str, object]) -> None:
        self._index = index
        self._function = function
        self._given = given
        kwargs = function.node.args.kwarg
        self._kwargs = kwargs.arg if kwargs is not None else None
        self._named: dict[str, object] = {}
        for argument, value in given.items():
            for name in names_of(function, argument):
                self._named.setdefault(name, value)
        self._depth = 0
        self._known: dict[tuple[str, int], object] = {}
        self._left: dict[ast.stmt, bool] = {}
        self._about: dict[ast.expr, bool] = {}

    def may_run(self, wanted: ast.AST) -> bool | None:
        """Tell whether a node runs, as the function ``may_run`` does."""
        path = path_to(self._function.node, wanted)
        # `conditions_along` sees only plain early returns; this also follows nested ones.
        for parent, child in pairwise(path):
            if any(self._leaves(stmt) for stmt in turns_before(parent, child)):
                return False
        doubtful = any(
            isinstance(parent, ast.Match)
            and child is not parent.subject
            and self._is_about(parent.subject)
            for parent, child in pairwise(path)
        )
        for condition in conditions_along(path):
            result = self.truth(condition.test)
            if result is not None and result != condition.positive:
                return False
            doubtful = doubtful or (result is None and self._is_about(condition.test))
        return None if doubtful else True

    def truth(self, test: ast.expr) -> bool | None:
        """Return the truth of a test, None if it depends on something else."""
        value = self._value(test)
        return None if value is _UNKNOWN else bool(value)

    def _leaves(self, stmt: ast.stmt) -> bool:
        if isinstance(stmt, (ast.Return, ast.Raise, ast.Continue, ast.Break)):
            return True
        if not isinstance(stmt, ast.If):
            return False
        known = self._left.get(stmt)
        if known is None:
            # With an unknown test, both branches must leave.
            result = self.truth(stmt.test)
            taken = (
                [stmt.body]
                if result
                else [stmt.orelse]
                if result is False
                else [stmt.body, stmt.orelse]
            )
            known = self._left[stmt] = all(any(map(self._leaves, block)) for block in taken)
        return known

    def _is_about(self, test: ast.expr) -> bool:
        known = self._about.get(test)
        if known is None:
            names = {item.id for item in walk(test) if isinstance(item, ast.Name)}
            # A local flag may be computed from them.
            values = (assigned_value(self._function, name) for name in names)
            known = self._about[test] = self._mentions(test) or any(
                self._mentions(value) for value in values if value is not None
            )
        return known

    def _mentions(self, node: ast.expr) -> bool:
        """Tell whether one of the arguments is read below a node."""
        return any(self._argument(item) is not _UNKNOWN for item in walk(node))

    def _value(self, node: ast.expr) -> object:
        """Return the value of an expression, ``_UNKNOWN`` when it is not certain."""
        if isinstance(node, ast.Constant):
            return node.value
        known = self._argument(node)
        if known is not _UNKNOWN:
            return known
        if isinstance(node, ast.Name):
            key = node.id, self._depth
            if key not in self._known:
                self._known[key] = self._name(node.id)
            return self._known[key]
        if isinstance(node, (ast.Tuple, ast.List, ast.Set)):
            items = [self._value(item) for item in node.elts]
            return _UNKNOWN if _UNKNOWN in items else items
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            inner = self._value(node.operand)
            return _UNKNOWN if inner is _UNKNOWN else not inner
        if isinstance(node, ast.BoolOp):
            return self._joined(node)
        if isinstance(node, ast.Compare) and len(node.ops) == 1:
            return _compared(node.ops[0], self._value(node.left), self._value(node.comparators[0]))
        return self._call(node) if isinstance(node, ast.Call) else _UNKNOWN

    def _argument(self, node: ast.AST) -> object:
        if isinstance(node, ast.Name):
            return self._named.get(node.id, _UNKNOWN)
        key = kwarg_key(node, self._kwargs) if self._kwargs is not None else None
        return self._given.get(key, _UNKNOWN) if key is not None else _UNKNOWN

    def _name(self, name: str) -> object:
        if self._depth >= _DEEPEST:
            return _UNKNOWN
        value = assigned_value(self._function, name)
        if value is None:
            code = self._index.code
            found = find(code, resolve(code, self._function.path, name, self._function))
            if (
                found is not None
                and not found.rest
                and isinstance(found.stmt, (ast.Assign, ast.AnnAssign))
            ):
                # Assigned again, under a condition say, it is no constant.
                once = _assigned_once(code, found.path, found.name)
                value = found.stmt.value if once else None
        if value is None:
            return _UNKNOWN
        self._depth += 1
        result = self._value(value)
        self._depth -= 1
        return result

    def _joined(self, node: ast.BoolOp) -> object:
        # One true part decides an `or`, one false part an `and`; the rest may be unknown.
        decisive = isinstance(node.op, ast.Or)
        values = [self._value(item) for item in node.values]
        if any(value is not _UNKNOWN and bool(value) == decisive for value in values):
            return decisive
        return _UNKNOWN if any(value is _UNKNOWN for value in values) else not decisive

    def _call(self, node: ast.Call) -> object:
        func = node.func
        if len(node.args) != 1 or node.keywords:
            return _UNKNOWN
        argument = self._value(node.args[0])
        if argument is _UNKNOWN:
            return _UNKNOWN
        if isinstance(func, ast.Name) and func.id in ("set", "frozenset", "list", "tuple", "bool"):
            return bool(argument) if func.id == "bool" else argument
        if not isinstance(func, ast.Attribute) or func.attr not in ("startswith", "endswith"):
            return _UNKNOWN
        text = self._value(func.value)
        if not isinstance(text, str) or not isinstance(argument, str):
            return _UNKNOWN
        return text.startswith(argument) if func.attr == "startswith" else text.endswith(argument)


@answered_once
def _assigned_once(code: Codebase, path: str, name: str) -> bool:
    again = re.compile(rb"^\s*%s\s*(?::[^=\n]+)?=(?!=)" % name.encode(), re.MULTILINE)
    return len(again.findall(code.data(path))) == 1


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
