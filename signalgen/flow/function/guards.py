"""The ifs around a node and the early returns before it: ``conditions(function, node)``."""

from __future__ import annotations

import ast
from itertools import pairwise
from typing import TYPE_CHECKING

from signalgen.dotted import dotted
from signalgen.index.reading.walking import Notes, nodes_in, parents_below, walk
from signalgen.late import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index
    from signalgen.values.index import FunctionRef

_TESTING = frozenset(
    {"TEST", "TESTS", "TESTING", "IS_TEST", "IS_TESTING", "RUNNING_TESTS", "UNIT_TESTING"}
    | {"CELERY_TASK_ALWAYS_EAGER", "CELERY_ALWAYS_EAGER", "task_always_eager"}
)
"""Settings that are true only in test runs, including eager tasks."""
_ASKING = Notes[bool]("asking for tests")
_PARENTS = Notes[dict[int, ast.AST | None]]("parents")
_LEAVING = (ast.Return, ast.Raise, ast.Continue, ast.Break)
_TURNING = (ast.If, *_LEAVING)
_TURNS = Notes[dict[int, tuple[int, tuple[ast.stmt, ...]]]]("turns")
"""For each statement in the blocks of a node, by id: the turns before it, and all turns."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A test that must be true (or false, when not ``positive``) for the node to run."""

    test: ast.expr
    positive: bool


def path_to(root: ast.AST, wanted: ast.AST) -> list[ast.AST]:
    """Return the nodes from ``root`` down to ``wanted``, both included; empty if not below it."""
    parents = _PARENTS.get(root)
    if parents is None:
        parents = _PARENTS[root] = parents_below(root)
    found, node = [wanted], wanted
    # Up from the wanted node: the map of parents is built once for each root.
    while node is not root:
        if id(node) not in parents or not _covers(node, wanted):
            return []
        node = parents[id(node)] or root
        found.append(node)
    return found[::-1]


def _covers(node: ast.AST, wanted: ast.AST) -> bool:
    """Tell by the lines whether a node may hold another; nodes without a position may."""
    first, last = getattr(node, "lineno", None), getattr(node, "end_lineno", None)
    line, end = getattr(wanted, "lineno", None), getattr(wanted, "end_lineno", None)
    if first is None or last is None or line is None or end is None:
        return True
    decorators = getattr(node, "decorator_list", [])
    first = min([first, *(item.lineno for item in decorators)])
    return bool(first <= line and end <= last)


def conditions(function: FunctionRef, wanted: ast.AST) -> list[Condition]:
    """Return the conditions for ``wanted`` in ``function`` to be reached, outermost first."""
    return conditions_below(function.node, wanted)


def conditions_below(root: ast.AST, wanted: ast.AST) -> list[Condition]:
    """Return the conditions for ``wanted`` to be reached once ``root`` runs, outermost first."""
    return conditions_along(path_to(root, wanted))


def conditions_along(path: list[ast.AST]) -> list[Condition]:
    """Return the conditions for the last node of a path to be reached once its first runs."""
    found: list[Condition] = []
    # Each step adds the early returns before it in its block, then the test around it.
    for parent, child in pairwise(path):
        for stmt in turns_before(parent, child):
            found += _staying(stmt) if isinstance(stmt, ast.If) else ()
        found += _tests(parent, child)
    return found


def conditions_at(
    index: Index, path: str, wanted: ast.AST, scope: FunctionRef | None
) -> list[Condition]:
    """Return the conditions for ``wanted`` once its function, or its module, runs."""
    if scope is not None:
        return conditions(scope, wanted)
    line = getattr(wanted, "lineno", 0)
    for chunk in index.code.outline(path).chunks:
        if chunk.kind != "block" or chunk.line > line:
            continue
        for stmt in index.code.parsed(path, chunk):
            if stmt.lineno <= line <= (stmt.end_lineno or line):
                return conditions_below(stmt, wanted)
    return []


def _blocks(node: ast.AST) -> Iterator[list[ast.stmt]]:
    for name in ("body", "orelse", "finalbody"):
        block = getattr(node, name, None)
        if isinstance(block, list):
            yield block


def turns_before(parent: ast.AST, child: ast.AST) -> tuple[ast.stmt, ...]:
    """Return the statements before ``child``, in its block, at which the run may leave the block.

    These are ``if`` and the like of ``return``; none when ``child`` is in no block of ``parent``.
    """
    known = _TURNS.get(parent)
    if known is None:
        known = {}
        for block in _blocks(parent):
            turns = tuple(stmt for stmt in block if isinstance(stmt, _TURNING))
            count = 0
            for stmt in block:
                known[id(stmt)] = count, turns
                count += count < len(turns) and turns[count] is stmt
        _TURNS[parent] = known
    before, every = known.get(id(child), (0, ()))
    return every[:before]


def _staying(stmt: ast.If) -> Iterator[Condition]:
    """Yield what must hold for the code after an ``if`` to run: no leaving branch was taken."""
    branches, orelse = [(stmt.test, stmt.body)], stmt.orelse
    while len(orelse) == 1 and isinstance(orelse[0], ast.If):
        branches.append((orelse[0].test, orelse[0].body))
        orelse = orelse[0].orelse
    passing: list[ast.expr] = []
    for test, body in branches:
        if not _leaves(body):
            passing.append(test)
        elif not passing:
            yield Condition(test, positive=False)
        else:  # an ``elif`` is asked only when nothing above it is true
            refused = ast.copy_location(ast.UnaryOp(ast.Not(), test), test)
            yield Condition(_any_of([*passing, refused]), positive=True)
    if passing and _leaves(orelse):
        yield Condition(_any_of(passing), positive=True)


def _any_of(tests: list[ast.expr]) -> ast.expr:
    return tests[0] if len(tests) == 1 else ast.copy_location(ast.BoolOp(ast.Or(), tests), tests[0])


def _leaves(block: list[ast.stmt]) -> bool:
    last = block[-1] if block else None
    if isinstance(last, ast.If):
        return _leaves(last.body) and _leaves(last.orelse)
    return isinstance(last, _LEAVING) or (isinstance(last, ast.With) and _leaves(last.body))


def _tests(parent: ast.AST, child: ast.AST) -> Iterator[Condition]:
    if isinstance(parent, (ast.If, ast.While)):
        if any(stmt is child for stmt in parent.body):
            yield Condition(parent.test, positive=True)
        elif any(stmt is child for stmt in parent.orelse):
            yield Condition(parent.test, positive=False)
    elif isinstance(parent, ast.IfExp) and child is not parent.test:
        yield Condition(parent.test, positive=child is parent.body)
    elif isinstance(parent, ast.BoolOp) and child in parent.values:
        for value in parent.values[: parent.values.index(child)]:
            yield Condition(value, positive=isinstance(parent.op, ast.And))


def enclosing(
    function: FunctionRef, wanted: ast.AST, kinds: tuple[type[ast.AST], ...]
) -> list[ast.AST]:
    """Return the nodes of ``kinds`` around ``wanted`` inside ``function``, outermost first."""
    return [node for node in path_to(function.node, wanted)[1:-1] if isinstance(node, kinds)]


def is_guarded(function: FunctionRef, wanted: ast.AST) -> bool:
    """Tell whether ``wanted`` is reached only under some condition."""
    return bool(conditions(function, wanted))


def only_in_tests(function: FunctionRef, wanted: ast.AST) -> bool:
    """Tell whether ``wanted`` is reached only where a setting such as ``TESTING`` is true."""
    return _asks_for_tests(function) and any(
        _means_tests(item.test, positive=item.positive) for item in conditions(function, wanted)
    )


def _means_tests(test: ast.expr, *, positive: bool) -> bool:
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return _means_tests(test.operand, positive=not positive)
    # An `and` that is true has only true parts; an `or` that is false has only false ones.
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And) is positive:
        return any(_means_tests(value, positive=positive) for value in test.values)
    return positive and _asked_for(test) in _TESTING


def _asked_for(test: ast.expr) -> str:
    """Return the last name that is asked for: of ``settings.TESTING``, ``getattr(settings, …)``."""
    if isinstance(test, ast.Call) and dotted(test.func) == "getattr" and len(test.args) > 1:
        name = test.args[1]
        return name.value if isinstance(name, ast.Constant) and isinstance(name.value, str) else ""
    return dotted(test).rpartition(".")[2]


def _asks_for_tests(function: FunctionRef) -> bool:
    known = _ASKING.get(function.node)
    if known is None:
        known = _ASKING[function.node] = any(
            getattr(node, "attr", None) in _TESTING
            or getattr(node, "id", None) in _TESTING
            or (isinstance(node, ast.Constant) and node.value in _TESTING)
            for node in nodes_in(function.node)
            if isinstance(node, (ast.Attribute, ast.Name, ast.Constant))
            and not isinstance(getattr(node, "value", None), (list, dict, set))
        )
    return known


def in_try(function: FunctionRef, wanted: ast.AST) -> bool:
    """Tell whether ``wanted`` is in the body of a ``try`` with handlers, or of a ``suppress``."""
    path = path_to(function.node, wanted)
    return any(
        (
            (isinstance(parent, ast.Try) and parent.handlers)
            or (isinstance(parent, ast.With) and _suppresses(parent))
        )
        and any(stmt is child for stmt in parent.body)
        for parent, child in pairwise(path)
    )


def _suppresses(node: ast.With) -> bool:
    made = (item.context_expr for item in node.items)
    return any(
        isinstance(one, ast.Call) and dotted(one.func).rpartition(".")[2] == "suppress"
        for one in made
    )


def is_undoing(function: FunctionRef, wanted: ast.Call) -> bool:
    """Tell whether a call in an ``except`` handler repeats one of its ``try``, to undo it."""
    name = dotted(wanted.func)
    for parent, child in pairwise(path_to(function.node, wanted)):
        if not isinstance(parent, ast.Try) or child not in parent.handlers:
            continue
        done = (node for stmt in parent.body for node in walk(stmt))
        if any(isinstance(node, ast.Call) and dotted(node.func) == name for node in done):
            return True
    return False
