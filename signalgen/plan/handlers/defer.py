"""Moves task calls behind ``transaction.on_commit``, in place, so that comments and layout of a body survive.

``send.delay(instance.pk)`` becomes ``transaction.on_commit(partial(send.delay, instance.pk), using=using)``: a worker that
starts before the commit does not find the row, and a rollback must take its messages with it. The arguments are
evaluated at once, which matters after a delete, when the primary key is gone by the time of the commit.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from signalgen.syntax import Edit, Offsets, apply_edits, dotted, parse_body

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ENQUEUE_METHODS = frozenset({"delay", "apply_async", "enqueue", "send"})
"""Celery's and rq's ``delay``, Celery's ``apply_async``, Django's ``enqueue``, dramatiq's ``send``."""


@dataclass(frozen=True, slots=True)
class TaskCall:
    """A call such as ``send.delay(1)``: what is called, and whether it stands alone as a statement."""

    callee: str
    node: ast.Call
    statement: bool

    @property
    def task(self) -> str:
        """The dotted name without ``.delay`` and the like."""
        name, _, method = self.callee.rpartition(".")
        return name if method in ENQUEUE_METHODS else self.callee


@dataclass(frozen=True, slots=True)
class Deferred:
    """A body with its task calls deferred; ``used`` are calls whose result is used and that stay where they are."""

    text: str
    deferred: tuple[TaskCall, ...]
    used: tuple[TaskCall, ...]


def calls(text: str) -> tuple[TaskCall, ...]:
    """Return every call of a dotted name that runs when the body runs, nested functions and lambdas left out."""
    return tuple(_calls_in(parse_body(text), None))


def _calls_in(node: ast.AST, alone: ast.expr | None) -> Iterator[TaskCall]:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)):
        return  # runs later, when somebody calls it
    if isinstance(node, ast.Call) and dotted(node.func):
        yield TaskCall(dotted(node.func), node, node is alone)
    for child in ast.iter_child_nodes(node):
        yield from _calls_in(child, child.value if isinstance(child, ast.Expr) else alone)


def defer(
    text: str, is_task_call: Callable[[str], bool], *, is_async: bool, using: bool
) -> Deferred:
    """Return ``text`` with each call for whose dotted callee ``is_task_call`` holds moved behind the commit."""
    offsets = Offsets(text)
    found = [call for call in calls(text) if is_task_call(call.callee)]
    moved = tuple(call for call in found if call.statement)
    edits = [
        edit
        for call in moved
        for edit in _wrap(text, call.node, offsets, is_async=is_async, using=using)
    ]
    return Deferred(
        apply_edits(text, edits), moved, tuple(call for call in found if not call.statement)
    )


def in_words_of_library(text: str, ending: Callable[[str], str | None]) -> str:
    """Return ``text`` with each ``.delay`` as the task's own library has it: ``ending(name)`` is ``.enqueue``, ``""``, or None for no task."""
    offsets = Offsets(text)
    edits = []
    for call in calls(text):
        own = ending(call.task) if call.callee.endswith(".delay") else None
        if own is not None and own != ".delay":
            end = offsets.span(call.node.func)[1]
            edits.append(Edit(end - len(".delay"), end, own))
    return apply_edits(text, edits)


def with_celerys_own(text: str, is_celery_call: Callable[[str], bool]) -> str:
    """Return ``text`` with ``delay_on_commit`` for ``delay`` and ``apply_async_on_commit`` for ``apply_async``."""
    offsets = Offsets(text)
    ends = [
        offsets.span(call.node.func)[1]
        for call in calls(text)
        if call.statement
        and call.callee.endswith((".delay", ".apply_async"))
        and is_celery_call(call.callee)
    ]
    return apply_edits(text, [Edit(end, end, "_on_commit") for end in ends])


def _wrap(
    text: str, node: ast.Call, offsets: Offsets, *, is_async: bool, using: bool
) -> Iterator[Edit]:
    """Edit around the call and leave its arguments untouched, byte for byte."""
    start, end = offsets.span(node)
    function_start, function_end = offsets.span(node.func)
    opening = text.index("(", function_end)
    before = _on_commit(is_async=is_async)
    tail = ", using=using)" if using else ")"
    if not node.args and not node.keywords:
        yield Edit(start, end, before + text[function_start:function_end] + tail)
        return
    yield Edit(start, function_start, before + "partial(")
    yield Edit(function_end, opening + 1, ", ")
    lone = len(node.args) == 1 and not node.keywords and isinstance(node.args[0], ast.GeneratorExp)
    if lone and offsets.span(node.args[0]) == (
        opening,
        end,
    ):  # its parentheses are those of the call
        yield Edit(opening + 1, opening + 1, "(")
        tail = ")" + tail
    yield Edit(end, end, tail)


def _on_commit(*, is_async: bool) -> str:
    return "await sync_to_async(transaction.on_commit)(" if is_async else "transaction.on_commit("


def capture_primary_key(text: str) -> str | None:
    """Return ``text`` with ``instance.pk`` and ``instance.id`` read from a local ``pk``, or None when it reads neither.

    Django sets the key of a deleted row to None, so a callback that runs after the commit must keep its own copy.
    """
    offsets = Offsets(text)
    edits = [
        Edit(*offsets.span(node), "pk")
        for node in ast.walk(parse_body(text))
        if isinstance(node, ast.Attribute) and dotted(node) in ("instance.pk", "instance.id")
    ]
    return apply_edits(text, edits) if edits else None
