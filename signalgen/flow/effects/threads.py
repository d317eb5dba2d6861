"""What threads, processes and executors are given to run: ``handed_over``, ``runs_in_thread``.

It runs outside the transaction: nothing waits for it, and it does not wait for the commit.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.dotted import dotted
from signalgen.flow.function.naming import describe
from signalgen.flow.reach import reach as way
from signalgen.flow.reach.callee import callee, classes_behind
from signalgen.index.memo import answered_once
from signalgen.index.reading.resolving import derived_from, find_function, method, resolve
from signalgen.index.reading.scopes import FUNCTIONS
from signalgen.index.reading.walking import nodes_in
from signalgen.late import pattern

if TYPE_CHECKING:
    from signalgen.index import Index
    from signalgen.values.index import FunctionRef

# By the position of the function among the arguments; ``Thread(group, target)``.
_STARTED = pattern(r"^(?:threading\.(?:Thread|Timer)|multiprocessing\.(?:\w+\.)*Process)$")
_POOLS = pattern(
    r"^concurrent\.futures\.(?:\w+\.)*(?:Thread|Process)PoolExecutor\(\)\.(?:submit|map)$"
    r"|^multiprocessing\.(?:\w+\.)*(?:Thread)?Pool\(\)\.(?:apply|map|starmap|imap)\w*$"
    r"|^asyncio\.to_thread$"
)
_LOOPS = pattern(r"^asyncio\.(?:\w+\.)*(?:get_event_loop|get_running_loop|new_event_loop)\(\)\.")
_RUN_IN = "run_in_executor"
_BASES = frozenset({"threading.Thread", "threading.Timer", "multiprocessing.Process"})


def handed_over(
    index: Index, function: FunctionRef, call: ast.Call, named: str, described: str
) -> ast.expr | FunctionRef | None:
    """Return the function that a call passes to another thread or process, None for any other call.

    A thread that is made and not started counts as none; ``named`` and ``described`` are what the
    call is, resolved.
    """
    name = next((one for one in (named, described) if _STARTED.search(one)), "")
    if name:
        key, at = ("function", 1) if name.endswith("Timer") else ("target", 1)
        work = _given(call, key, at)
        return _plain(index, function, work) if _is_started(index, function, call) else None
    if _POOLS.search(described) or _POOLS.search(named):
        return _plain(index, function, _given(call, "fn", 0))
    if _LOOPS.search(described) and described.endswith(_RUN_IN):
        return _plain(index, function, _given(call, "func", 1))
    return _run_of_own(index, function, call)


def _given(call: ast.Call, key: str, at: int) -> ast.expr | None:
    named = next((item.value for item in call.keywords if item.arg == key), None)
    if named is None and len(call.args) > at:
        return call.args[at]
    return named


def _plain(
    index: Index, function: FunctionRef, work: ast.expr | None
) -> ast.expr | FunctionRef | None:
    """Return an inline function as one of the project, otherwise the expression."""
    while isinstance(work, ast.Call) and dotted(work.func).rpartition(".")[2] == "partial":
        work = work.args[0] if work.args else None
    node: ast.AST | None = work if isinstance(work, ast.Lambda) else None
    if isinstance(work, ast.Name):
        inner = (item for item in nodes_in(function.node) if isinstance(item, FUNCTIONS))
        node = next((item for item in inner if item.name == work.id), None)
    if isinstance(node, (*FUNCTIONS, ast.Lambda)):
        return index.code.function_ref(function.path, node, outer=function)
    return work


def _is_started(index: Index, function: FunctionRef, call: ast.Call) -> bool:
    """Tell whether a thread is started before the commit; one that is stored elsewhere may be."""
    names = {
        target.id
        for item in nodes_in(function.node)
        if isinstance(item, ast.Assign) and item.value is call
        for target in item.targets
        if isinstance(target, ast.Name)
    }
    if not names:
        return True
    return any(
        not item.deferred
        and isinstance(item.call.func, ast.Attribute)
        and item.call.func.attr == "start"
        and isinstance(item.call.func.value, ast.Name)
        and item.call.func.value.id in names
        for item in way.own_calls(index, function)
    )


def _run_of_own(index: Index, function: FunctionRef, call: ast.Call) -> FunctionRef | None:
    """Return ``run`` of the project's own thread that a call starts."""
    func = call.func
    if not isinstance(func, ast.Attribute) or func.attr != "start":
        return None
    for cls in classes_behind(index, function, func.value):
        if any(name in _BASES for name, own in derived_from(index.code, cls) if own is None):
            return method(index.code, cls, "run")
    return None


@answered_once
def runs_in_thread(index: Index, function: FunctionRef) -> bool:
    """Tell whether a decorator of the project hands a function to a thread or an executor."""
    for decorator in getattr(function.node, "decorator_list", []):
        written = dotted(decorator.func if isinstance(decorator, ast.Call) else decorator)
        name = resolve(index.code, function.path, written, function.outer) if written else ""
        made = find_function(index.code, name) if name else None
        if made is not None and _hands_on(index, made):
            return True
    return False


def _hands_on(index: Index, decorator: FunctionRef) -> bool:
    taken = {item.arg for item in decorator.node.args.args}
    for node in nodes_in(decorator.node):
        if not isinstance(node, ast.Call):
            continue
        name = resolve(index.code, decorator.path, dotted(node.func), decorator)
        described = describe(index, decorator.path, decorator, node.func)
        if _STARTED.search(name):
            work = _given(node, "target", 1)
        else:
            work = _given(node, "fn", 0) if _POOLS.search(described) else None
        if isinstance(work, ast.Name) and work.id in taken:
            return True
    return False


def function_of(
    index: Index, function: FunctionRef, work: ast.expr | FunctionRef
) -> FunctionRef | None:
    """Return the function of the project that is run, None if it is not one."""
    return callee(index, function, work)[1] if isinstance(work, ast.expr) else work
