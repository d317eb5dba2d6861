"""The arguments that a call passes to a task or function: ``handed_on``."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from signalgen.dotted import dotted
from signalgen.facts.tasks import (
    AFTER_COMMIT,
    BINDING,
    HANDED_TO,
    HANDING,
    HANDING_WORDS,
    LIBRARIES,
    PACKING,
    PASSING,
    SIGNATURES,
)
from signalgen.flow.commit.deferral import is_on_commit
from signalgen.flow.function.naming import describe
from signalgen.flow.reach.callee import callee
from signalgen.index.memo import answered_for_now
from signalgen.index.tasks import task_library
from signalgen.late import dataclass
from signalgen.queueing import task_of, unwrapped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.facts.tasks import Library
    from signalgen.index import Index
    from signalgen.values.index import FunctionRef

_PARTIAL = "functools.partial"


@dataclass(frozen=True, slots=True)
class Handing:
    """The arguments that a call passes to a function, and which of them are known.

    ``library`` is that of the task, None for a function that is called. Not ``whole``: more may be
    added or is unknown, so that nothing is certainly missing.
    """

    node: ast.Call
    target: FunctionRef
    library: Library | None
    values: tuple[ast.expr, ...]
    words: tuple[tuple[str, ast.expr], ...]
    whole: bool = True


@answered_for_now
def handed_on(index: Index, function: FunctionRef, call: ast.Call) -> tuple[Handing, ...]:
    """Return what a call passes to a task or function of the project, itself or by a partial."""
    found = (_given(index, function, made) for made in calls_made(index, function, call))
    return tuple(given for given in found if given is not None)


def calls_made(index: Index, function: FunctionRef, call: ast.Call) -> Iterator[ast.Call]:
    """Yield a call and, as calls, the partials that it passes on."""
    for node in (*call.args, *(word.value for word in call.keywords)):
        if isinstance(node, ast.Call) and node.args and not isinstance(node.args[0], ast.Starred):
            name = callee(index, function, node.func)[0]
            # The receiver of a partial calls it, with an unknown number of further arguments.
            if name == _PARTIAL:
                kept = ast.Call(func=node.args[0], args=node.args[1:], keywords=node.keywords)
                yield ast.copy_location(kept, node)
    first = call.args[0] if call.args else None
    if isinstance(first, (ast.Name, ast.Attribute)) and is_on_commit(
        index, function.path, call, function
    ):
        # ``on_commit(task.delay)`` calls it with nothing.
        call = ast.copy_location(ast.Call(func=first, args=[], keywords=[]), call)
    yield call


def _given(index: Index, function: FunctionRef, call: ast.Call) -> Handing | None:
    func = unwrapped(call.func)
    if isinstance(func, ast.Attribute) and func.attr in PASSING | PACKING:
        task = task_of(func.value)
        target = callee(index, function, task)[1]
        library = task_library(index, target) if target is not None else None
        if target is not None and library is not None and _has(library, func.attr):
            bound = task is not func.value and _binds(func.value)
            return _arguments(call, target, library, func.attr, bound=bound)
        if target is not None:
            return None
    to_queue = _to_queue(index, function, call)
    if to_queue is not None:
        return to_queue
    target = callee(index, function, func)[1]
    if target is None or isinstance(target.node, ast.Lambda):
        return None
    library = task_library(index, target)
    if library is not None and not library.called:
        return None  # at once: a task that is bound may get itself or not
    return _arguments(call, target, library, "")


def _to_queue(index: Index, function: FunctionRef, call: ast.Call) -> Handing | None:
    """Return what ``queue.enqueue(work, 1)`` gives the function, None for other calls."""
    func = call.func
    last = func.attr if isinstance(func, ast.Attribute) else dotted(func)
    if last not in HANDING:
        return None
    at = 1 if last in ("enqueue_at", "enqueue_in") else 0
    named = {word.arg for word in call.keywords}
    name = describe(index, function.path, function, func)
    if len(call.args) <= at or named & {"args", "kwargs"} or not HANDED_TO.search(name):
        return None
    target = callee(index, function, call.args[at])[1]
    if target is None:
        return None
    words = [word for word in call.keywords if word.arg not in HANDING_WORDS]
    kept = ast.Call(func=call.args[at], args=call.args[at + 1 :], keywords=words)
    given = _arguments(kept, target, None, "")
    return replace(given, node=call)


def _has(library: Library, method: str) -> bool:
    if library is LIBRARIES["celery"]:
        return method in library.queueing | BINDING | set(AFTER_COMMIT.values())
    return method in library.queueing


def _binds(node: ast.expr) -> bool:
    """Tell whether a signature such as ``task.s(1).set(queue="low")`` has arguments."""
    while isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        if node.func.attr in SIGNATURES and node.func.attr not in ("set", "using", "configure"):
            return True
        node = node.func.value
    return False


def _arguments(
    call: ast.Call,
    target: FunctionRef,
    library: Library | None,
    method: str,
    *,
    bound: bool = False,
) -> Handing:
    values, words = tuple(call.args), tuple((word.arg, word.value) for word in call.keywords)
    whole = not bound and method not in BINDING
    if method in PACKING:
        packed = {word.arg: word.value for word in call.keywords}
        args, kwargs = (
            packed.get(name, call.args[at] if at < len(call.args) else None)
            for at, name in enumerate(("args", "kwargs"))
        )
        unread = _is_unread(args, (ast.Tuple, ast.List)) or _is_unread(kwargs, (ast.Dict,))
        whole = whole and not unread and None not in packed
        values = tuple(args.elts) if isinstance(args, (ast.Tuple, ast.List)) else ()
        words = tuple(_pairs(kwargs)) if isinstance(kwargs, ast.Dict) else ()
    whole = whole and not any(isinstance(value, ast.Starred) for value in values)
    whole = whole and all(name is not None for name, _ in words)
    own = library.own_words if library is not None else frozenset()
    named = tuple((name, value) for name, value in words if name is not None and name not in own)
    return Handing(call, target, library, values, named, whole)


def _is_unread(node: ast.expr | None, kinds: tuple[type[ast.expr], ...]) -> bool:
    absent = node is None or (isinstance(node, ast.Constant) and node.value is None)
    return not absent and not isinstance(node, kinds)


def _pairs(node: ast.Dict) -> Iterator[tuple[str | None, ast.expr]]:
    for key, value in zip(node.keys, node.values, strict=True):
        name = key.value if isinstance(key, ast.Constant) else None
        yield (name if isinstance(name, str) else None), value
