"""The arguments of helpers, which exclude some of their branches: ``possible``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.dotted import dotted
from signalgen.flow.function.guards import only_in_tests
from signalgen.flow.function.signature import all_parameters
from signalgen.flow.function.truth import Tests
from signalgen.flow.reach.callee import callee
from signalgen.flow.reach.handed import handed, is_spelled_out
from signalgen.flow.reach.reach import LEVELS, Pruning, reached
from signalgen.index.memo import answered_for_now
from signalgen.index.reading.walking import nodes_in

if TYPE_CHECKING:
    from signalgen.flow.reach.reach import Reached
    from signalgen.index import Index
    from signalgen.values.index import FunctionRef

_UNKNOWN = object()
_NAME_AND_VALUE = 2
_DISPLAYS = (ast.List, ast.Tuple, ast.Set)


def possible(index: Index, function: FunctionRef, levels: int = LEVELS) -> tuple[Reached, ...]:
    """Return what a function reaches, without the calls that its helpers' arguments exclude."""
    return reached(index, function, levels, _PRUNING)


def can_run(index: Index, item: Reached) -> bool:
    """Tell whether a call may run, outside tests, with the arguments of its function."""
    if only_in_tests(item.function, item.call):
        return False
    tests = _tests(index, item.function, item.via)
    return tests is None or tests.may_run(item.call) is not False


@answered_for_now
def _tests(index: Index, function: FunctionRef, via: Reached | None) -> Tests | None:
    """Return the tests of a helper with the literals that it is given; None if it gets none."""
    given = arguments(index, via)
    return Tests(index, function, given) if given else None


def _way(index: Index, item: Reached) -> object:
    # Only what a condition can be about: what is in a list does not matter, that it has items does.
    given = arguments(index, item)
    return {key: [] if isinstance(value, list) else value for key, value in given.items()}


_PRUNING = Pruning(can_run, _way)


@answered_for_now
def arguments(index: Index, call: Reached | None) -> dict[str, object]:
    """Return the parameters of the helper behind a call whose values are literals, by name.

    A display that is not empty is given as a list, whatever its content.
    """
    if call is None or call.target is None:
        return {}
    func = call.call.func
    target = callee(index, call.function, func)[1]
    # What only the way there tells is the method that the call names.
    if target is None and isinstance(func, ast.Attribute) and func.attr == call.target.name:
        target = call.target
    if (
        target is None or target.node is not call.target.node
    ):  # a callback: these are not its arguments
        return {}
    # Values pass through several helpers, so the call before is asked first.
    outer = arguments(index, call.via)
    found: dict[str, object] = {}
    for name, node in handed(call.call, target):
        value = outer.get(node.id, _UNKNOWN) if isinstance(node, ast.Name) else _literal(node)
        if value is not _UNKNOWN:
            found[name] = value
    spread = [
        item.value
        for item in call.call.keywords
        if item.arg is None and not is_spelled_out(item.value)
    ]
    if _hands_kwargs_on(call.function, spread):
        own = {item.arg for item in all_parameters(call.function)}
        found = {name: value for name, value in outer.items() if name not in own} | found
    if not spread and not any(isinstance(item, ast.Starred) for item in call.call.args):
        found = _defaults(call.call, target) | found
    return found


def _hands_kwargs_on(function: FunctionRef, spread: list[ast.expr]) -> bool:
    kwargs = function.node.args.kwarg
    return kwargs is not None and any(
        isinstance(node, ast.Name) and node.id == kwargs.arg for node in spread
    )


def _defaults(call: ast.Call, target: FunctionRef) -> dict[str, object]:
    arguments = target.node.args
    last = [item.arg for item in (*arguments.posonlyargs, *arguments.args)][
        -len(arguments.defaults) :
    ]
    pairs: list[tuple[str, ast.expr | None]] = [
        *zip(last, arguments.defaults, strict=False),
        *zip((item.arg for item in arguments.kwonlyargs), arguments.kw_defaults, strict=True),
    ]
    pairs += _of_kwargs(target)
    named = {name for name, _ in handed(call, target)}
    values = {
        name: _literal(node) for name, node in pairs if node is not None and name not in named
    }
    return {name: value for name, value in values.items() if value is not _UNKNOWN}


def _of_kwargs(target: FunctionRef) -> list[tuple[str, ast.expr | None]]:
    """Return the names that a function reads from its ``**kwargs``, with their defaults."""
    kwargs = target.node.args.kwarg
    found: list[tuple[str, ast.expr | None]] = []
    for node in nodes_in(target.node) if kwargs is not None else ():
        func = node.func if isinstance(node, ast.Call) else None
        taken = isinstance(func, ast.Attribute) and func.attr in ("pop", "get")
        if not taken or not isinstance(node, ast.Call) or not isinstance(func, ast.Attribute):
            continue
        if kwargs is None or dotted(func.value) != kwargs.arg or len(node.args) != _NAME_AND_VALUE:
            continue
        name = node.args[0]
        if isinstance(name, ast.Constant) and isinstance(name.value, str):
            found.append((name.value, node.args[1]))
    return found


def _literal(node: ast.expr) -> object:
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, _DISPLAYS) and not any(isinstance(item, ast.Starred) for item in node.elts):
        return [item.value if isinstance(item, ast.Constant) else item for item in node.elts]
    return _UNKNOWN
