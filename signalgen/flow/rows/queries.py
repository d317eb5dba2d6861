"""Whether a function certainly runs a query, and which queries a loop runs per element.

``queries`` and ``queries_in`` are the entries.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.dotted import dotted
from signalgen.flow.function.loops import element, loops
from signalgen.flow.reach.callee import callee
from signalgen.flow.reach.reach import own_calls
from signalgen.flow.rows.orm import chain, is_query, is_queryset, manager_model
from signalgen.flow.rows.rowreads import foreign_reads, related_calls, row_functions
from signalgen.index.memo import remembered
from signalgen.index.reading.walking import nodes_in, values_of, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.flow.function.loops import Loop
    from signalgen.index import Index
    from signalgen.values.index import FunctionRef

_LEVELS = 2
_DEEPEST = 4
_EVALUATING = frozenset({"bool", "dict", "len", "list", "set", "sorted", "tuple"})


@remembered(meanwhile=False)
def queries(index: Index, function: FunctionRef, levels: int = _LEVELS) -> bool:
    """Tell whether a function or helper certainly runs a query; one that caches does not."""
    if _caches(function):
        return False
    for item in own_calls(index, function):
        if item.deferred:
            continue
        if is_query(index, item.function, item.call) or _evaluates(index, item.function, item.call):
            return True
        if item.target is not None and levels and queries(index, item.target, levels - 1):
            return True
    return any(_is_fetched(index, function, loop.iter) for loop in loops(function))


def _is_fetched(index: Index, function: FunctionRef, rows: ast.expr) -> bool:
    """Tell whether looping over it certainly queries: ``all()`` may have been prefetched."""
    if not isinstance(rows, ast.Call) or not is_queryset(index, function, rows):
        return False
    return bool(
        {"filter", "exclude"} & set(chain(rows.func)) or manager_model(index, function, rows)
    )


def _evaluates(index: Index, function: FunctionRef, call: ast.Call) -> bool:
    made = isinstance(call.func, ast.Name) and call.func.id in _EVALUATING and len(call.args) == 1
    return made and _is_fetched(index, function, call.args[0])


def _caches(function: FunctionRef) -> bool:
    decorators = getattr(function.node, "decorator_list", [])
    names = (dotted(item.func if isinstance(item, ast.Call) else item) for item in decorators)
    return any("cache" in name for name in names)


def query_in(index: Index, function: FunctionRef, loop: Loop) -> ast.expr | None:
    """Return the first node in a loop that queries for each element, None if none surely does."""
    return next(queries_in(index, function, loop), None)


def queries_in(index: Index, function: FunctionRef, loop: Loop) -> Iterator[ast.expr]:
    """Yield what runs a query for each element of a loop.

    That is a query, a helper that runs one, an inner loop over a queryset, or a foreign key,
    property or method of the row that does.
    """
    for call in loop.calls():
        if (
            is_query(index, function, call)
            or _evaluates(index, function, call)
            or _writes_row(index, function, loop, call)
        ):
            yield call
            continue
        _, target = callee(index, function, call.func)
        target = target or _nested(index, function, call)
        if target is not None and queries(index, target):
            yield call
    # After prefetch_related, `row.lines.all()` reads from memory.
    prefetched = _is_prefetched(function, loop.iter)
    for inner in loop.inner():
        if (
            prefetched
            and isinstance(inner.iter, ast.Call)
            and dotted(inner.iter.func).endswith(".all")
        ):
            continue
        # A queryset that a name holds since before the loop keeps its rows.
        if isinstance(inner.iter, ast.Name) and not _is_bound_in(loop, inner.iter.id):
            continue
        if is_queryset(index, function, inner.iter) or _gives_queryset(
            index, function, inner.iter, 0
        ):
            yield inner.iter
    yield from related_calls(index, function, loop)
    yield from foreign_reads(index, function, loop)
    for node, run in row_functions(index, function, loop):
        if queries(index, run):
            yield node


def _nested(index: Index, function: FunctionRef, call: ast.Call) -> FunctionRef | None:
    """Return the function inside ``function`` that a call names, None if there is none."""
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    made = next(
        (
            node
            for node in (nodes_in(function.node) if name else ())
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name == name
        ),
        None,
    )
    return index.code.function_ref(function.path, made, outer=function) if made else None


def _is_bound_in(loop: Loop, name: str) -> bool:
    return any(
        isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store)
        for item in (loop.target, *loop.body)
        for node in walk(item)
    )


def _writes_row(index: Index, function: FunctionRef, loop: Loop, call: ast.Call) -> bool:
    func = call.func
    if not isinstance(func, ast.Attribute) or func.attr not in ("save", "delete"):
        return False
    name, rows = element(loop.target, loop.iter)
    return bool(name) and dotted(func.value) == name and _gives_queryset(index, function, rows, 0)


def _is_prefetched(function: FunctionRef, rows: ast.expr) -> bool:
    seen: set[str] = set()
    waiting = [rows]
    while waiting:
        rows = waiting.pop()
        if not isinstance(rows, ast.Name):
            if any(
                isinstance(item, ast.Attribute) and item.attr == "prefetch_related"
                for item in walk(rows)
            ):
                return True
        elif rows.id not in seen:
            seen.add(rows.id)
            waiting += values_of(function.node).get(rows.id, ())
    return False


def _gives_queryset(index: Index, function: FunctionRef, node: ast.expr, depth: int) -> bool:
    if not isinstance(node, ast.Call) or depth > _DEEPEST:
        return False
    _, target = callee(index, function, node.func)
    if target is None or isinstance(target.node, ast.Lambda):
        return False
    return any(
        isinstance(item, ast.Return)
        and item.value is not None
        and (
            is_queryset(index, target, item.value)
            or _gives_queryset(index, target, item.value, depth + 1)
        )
        for item in walk(target.node)
    )
