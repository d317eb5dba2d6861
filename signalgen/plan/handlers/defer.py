"""Puts task calls into ``transaction.on_commit``, in place, keeping comments and layout.

``defer(...)`` is the entry. ``send.delay(instance.pk)`` becomes
``transaction.on_commit(partial(send.delay, instance.pk), using=using)``: a worker that starts
before the commit does not find the row, and a rollback must discard its messages. The arguments are
evaluated at once, which matters after a delete, because the primary key is gone by the time of the
commit.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.dotted import dotted
from signalgen.facts.tasks import (
    AFTER_COMMIT,
    COROUTINES,
    LIKELY,
    QUEUEING,
    SYNCHRONOUS,
    WRAPPER,
)
from signalgen.late import dataclass
from signalgen.queueing import task_of, unwrapped
from signalgen.rewriting import Offsets, Rewrite, apply_edits, edits_to_wait
from signalgen.syntax import bound_names, parse_body
from signalgen.treewalk import all_nodes, child_nodes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet


@dataclass(frozen=True, slots=True)
class TaskCall:
    """A call such as ``send.delay(1)``, and whether it is a statement of its own.

    ``callee`` is the called name, empty if it is not a dotted name.
    """

    callee: str
    node: ast.Call
    statement: bool

    @property
    def task(self) -> str:
        """The dotted name without ``.delay``, ``.s(…).delay`` and the like."""
        func = unwrapped(self.node.func)
        if isinstance(func, ast.Attribute) and func.attr in LIKELY | QUEUEING:
            return dotted(task_of(func.value))
        return self.callee


@dataclass(frozen=True, slots=True)
class Kept:
    """A call that stays before the commit, its source, and why it cannot wait."""

    node: ast.Call
    written: str
    why: str


@dataclass(frozen=True, slots=True)
class Deferred:
    """A body with its task calls deferred.

    ``used`` are calls that stay because their result is used; ``partial`` means that the text needs
    ``functools.partial``; ``kept`` are effects that cannot wait.
    """

    text: str
    deferred: tuple[TaskCall, ...]
    used: tuple[TaskCall, ...]
    partial: bool
    kept: tuple[Kept, ...] = ()


def ends(node: ast.Call) -> tuple[int, int]:
    """Return the end position of a call, which is unique among calls."""
    return node.end_lineno or 0, node.end_col_offset or 0


def calls(text: str) -> tuple[TaskCall, ...]:
    """Return every call that runs with the body, except in nested functions and lambdas."""
    return tuple(_calls_in(parse_body(text), None))


def _calls_in(node: ast.AST, alone: ast.expr | None) -> Iterator[TaskCall]:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)):
        # It runs later, when called.
        return
    if isinstance(node, ast.Call):
        yield TaskCall(dotted(node.func), node, node is alone)
    for child in child_nodes(node):
        # Only the direct child of an expression statement has an unused result.
        yield from _calls_in(child, child.value if isinstance(child, ast.Expr) else alone)


def defer(
    text: str,
    queues: Callable[[ast.Call], bool],
    *,
    is_async: bool,
    using: bool,
    effects: AbstractSet[tuple[int, int]] = frozenset(),
    robust: bool = False,
) -> Deferred:
    """Return ``text`` with each call for which ``queues`` holds deferred until the commit.

    So are the calls that end at ``effects``: statements that are known to be able to wait;
    ``robust``: their errors are logged, like other errors in the handler.
    """
    offsets = Offsets(text)
    every = calls(text)
    found = [call for call in every if queues(call.node)]
    moved = tuple(
        call for call in every if ends(call.node) in effects or (call.statement and call in found)
    )
    opening = "await sync_to_async(transaction.on_commit)" if is_async else "transaction.on_commit"
    edits = []
    for call in moved:
        # Edits keep comments and layout inside the call; positions shift from the call to the body.
        start, end = offsets.span(call.node)
        effect = ends(call.node) in effects
        waiting = edits_to_wait(
            text[start:end], opening, "using" if using else "", robust=robust and effect
        )
        edits += [Rewrite(start + edit.start, start + edit.end, edit.text) for edit in waiting]
    used = tuple(call for call in found if not call.statement)
    partial = any("partial(" in edit.text for edit in edits)
    return Deferred(apply_edits(text, edits), moved, used, partial)


def in_words_of_library(
    text: str,
    ending: Callable[[TaskCall], str | None],
    names: Callable[[TaskCall], Sequence[str]],
) -> str:
    """Return ``text`` with each ``.delay`` in the spelling of the task's own library.

    ``ending`` gives that spelling, such as ``.enqueue`` or ``""``, None for anything but a task.
    ``names`` are the parameters that its values are for, if the library requires keywords.
    """
    offsets = Offsets(text)
    edits = []
    for call in calls(text):
        own = ending(call) if call.callee.endswith(".delay") else None
        if own is None or own == ".delay":
            continue
        start, end = offsets.span(call.node.func)
        if own.removeprefix(".") in COROUTINES:
            edits.append(Rewrite(start, start, f"{WRAPPER}("))
            own += ")"
        edits.append(Rewrite(end - len(".delay"), end, own))
        for name, value in zip(names(call), call.node.args, strict=False):
            start = offsets.span(value)[0]
            edits.append(Rewrite(start, start, f"{name}="))
    return apply_edits(text, edits)


def with_celerys_own(text: str, is_celerys: Callable[[TaskCall], bool]) -> str:
    """Return ``text`` with ``delay`` and ``apply_async`` as Celery's ``…_on_commit``."""
    offsets = Offsets(text)
    edits = []
    for call in calls(text):
        method = call.callee.rpartition(".")[2]
        own = AFTER_COMMIT.get(method)
        if own is not None and call.statement and is_celerys(call):
            end = offsets.span(call.node.func)[1]
            edits.append(Rewrite(end - len(method), end, own))
    return apply_edits(text, edits)


def without_await(
    text: str,
    queues: Callable[[ast.Call], bool],
    synchronous: Mapping[str, str] = SYNCHRONOUS,
) -> str:
    """Return ``text`` with ``await task.aenqueue(…)`` statements as ``task.enqueue(…)``.

    A callback of ``on_commit`` is not awaited. ``synchronous`` are such methods and their twins. A
    coroutine without a twin is wrapped: ``async_to_sync(task.kiq)(…)``.
    """
    offsets = Offsets(text)
    edits = []
    # Calls in nested functions are not among these: they run later.
    run = {id(call.node) for call in calls(text)}
    for node in all_nodes(parse_body(text)):
        stated = node.value if isinstance(node, ast.Expr) else None
        call = stated.value if isinstance(stated, ast.Await) else stated
        if (
            stated is None
            or not isinstance(call, ast.Call)
            or id(call) not in run
            or not queues(call)
        ):
            continue
        func = call.func
        start, end = offsets.span(func)
        if not isinstance(func, ast.Attribute) or func.attr not in {*synchronous, *COROUTINES}:
            continue
        if call is not stated:
            edits.append(Rewrite(offsets.span(stated)[0], start, ""))
        if func.attr in COROUTINES:
            edits += [Rewrite(start, start, f"{WRAPPER}("), Rewrite(end, end, ")")]
        elif call is not stated:
            edits.append(Rewrite(end - len(func.attr), end, synchronous[func.attr]))
    return apply_edits(text, edits)


def capture_primary_key(text: str) -> tuple[str, str]:
    """Return ``text`` with ``instance.pk`` and ``instance.id`` read from a variable, and its name.

    The name is ``pk`` if the text does not use that name, "" if it reads neither. Django sets the
    key of a deleted row to None, so a callback that runs after the commit needs its own copy.
    """
    offsets, nodes = Offsets(text), list(ast.walk(parse_body(text)))
    named = {node.id for node in nodes if isinstance(node, ast.Name)} | bound_names(text).keys()
    name = "instance_pk" if "pk" in named else "pk"
    edits = [
        Rewrite(*offsets.span(node), name)
        for node in nodes
        if isinstance(node, ast.Attribute) and dotted(node) in ("instance.pk", "instance.id")
    ]
    return apply_edits(text, edits), name if edits else ""
