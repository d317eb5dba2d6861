"""Which functions of the project are background tasks, of which library, and how each is put into its queue."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Literal

from signalgen.index.names import dotted, find, resolve

if TYPE_CHECKING:
    from signalgen.index import Index
    from signalgen.values.index import FunctionRef

Kind = Literal["celery", "django", "huey", "dramatiq", "rq", "other"]
_BY_ORIGIN: tuple[tuple[re.Pattern[str], Kind], ...] = (
    (re.compile(r"^(?:django\.tasks|django_tasks)\b"), "django"),
    (re.compile(r"^celery\b"), "celery"),
    (re.compile(r"^huey\b"), "huey"),
    (re.compile(r"^dramatiq\b"), "dramatiq"),
    (re.compile(r"^(?:django_rq|rq)\b"), "rq"),
)
_NAMES = frozenset({"shared_task", "task", "job", "actor", "periodic_task", "db_task", "db_periodic_task"})
QUEUEING = frozenset({"delay", "apply_async", "enqueue", "schedule", "send_with_options", "aenqueue", "send"})
"""The methods of a task that put it into a queue at once; ``send`` counts for dramatiq's actors only."""


def task_kind(index: Index, function: FunctionRef) -> Kind | None:
    """Return the library that a function is a task of, None when it is no task."""
    for decorator in getattr(function.node, "decorator_list", []):
        target = decorator.func if isinstance(decorator, ast.Call) else decorator
        written = dotted(target)
        if written.rpartition(".")[2] not in _NAMES:
            continue
        return _kind(index, function, written)
    return None


def _kind(index: Index, function: FunctionRef, written: str) -> Kind:
    name = resolve(index.code, function.path, written, function.outer)
    for pattern, kind in _BY_ORIGIN:
        if pattern.match(name):
            return kind
    owner = written.rpartition(".")[0]
    if not owner:
        return "celery" if written == "shared_task" else "other"
    found = find(index.code, resolve(index.code, function.path, owner, function.outer))
    if (
        found is not None
        and isinstance(found.stmt, (ast.Assign, ast.AnnAssign))
        and isinstance(found.stmt.value, ast.Call)
    ):
        made = resolve(index.code, found.path, dotted(found.stmt.value.func))
        for pattern, kind in _BY_ORIGIN:
            if pattern.match(made):
                return kind
        lowered = made.lower()
        return "celery" if "celery" in lowered else "huey" if "huey" in lowered else "other"
    return "celery" if "celery" in name.lower() or owner in ("app", "celery_app") else "other"
