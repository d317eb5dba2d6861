"""Which calls queue a task, in existing code and in the bodies of a spec. Entry: ``queued``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.dotted import dotted
from signalgen.facts import tasks

if TYPE_CHECKING:
    from collections.abc import Callable

    from signalgen.facts.tasks import Library


def library_of(name: str) -> Library | None:
    """Return the library that a resolved dotted name belongs to."""
    return next(
        (
            library
            for library in tasks.LIBRARIES.values()
            if any(f"{name}.".startswith(f"{package}.") for package in library.packages)
        ),
        None,
    )


def library_of_decorator(written: str, name: str, maker: Callable[[str], str]) -> Library | None:
    """Return the task library of a decorator, None for any other decorator.

    ``name`` is the resolved name of ``written``; ``maker`` gives the name of what created the
    object before its dot, empty if unknown.
    """
    owner, _, last = written.rpartition(".")
    known = library_of(name)
    if known is not None or last not in tasks.OTHER.decorators:
        return known
    made = maker(owner) if owner else ""
    known = library_of(made)
    lowered = (made or name).lower() if owner else ""
    # The usual names of a Celery application count only if its origin is unknown.
    celerys = owner in ("app", "celery", "celery_app") and not made
    if known is not None or "celery" in lowered or celerys or written == "shared_task":
        return known or tasks.LIBRARIES["celery"]
    return tasks.LIBRARIES["huey"] if "huey" in lowered else tasks.OTHER


def queued(
    call: ast.Call,
    library: Callable[[ast.expr], Library | None],
    name: Callable[[ast.expr], str],
    anywhere: frozenset[str] = tasks.ANYWHERE,
) -> str:
    """Return what a call queues before the commit, as a finding names it.

    Empty if it certainly queues nothing. ``library`` gives the library of the task in an
    expression, None if unknown: then the methods in ``anywhere`` count. ``name`` gives the resolved
    name of an expression, with ``()`` for calls.
    """
    func = unwrapped(call.func)
    if isinstance(func, ast.Attribute):
        # ``delay_on_commit`` and its like wait for the commit by themselves.
        if func.attr in tasks.AFTER_COMMIT.values():
            return ""
        owner = task_of(func.value)
        if is_chain(owner):
            return f"chain.{func.attr}" if func.attr in tasks.CHAINED else ""
        written = dotted(owner)
        # To find the library takes long, and most methods are of none.
        likely = func.attr in tasks.QUEUEING or func.attr in anywhere
        if written and likely and _has_queueing(library(owner), func.attr, anywhere):
            return f"{written}.{func.attr}"
    elif is_chain(func):
        return "chain"
    elif _is_chunks(func):
        return "chunks"
    called = library(func) if dotted(func) else None
    if called is not None and called.called and not called.waits:
        return dotted(func)
    found = name(func)
    return found if tasks.CALLS.search(found) else ""


def unwrapped(func: ast.expr) -> ast.expr:
    """Return the function wrapped by ``async_to_sync(…)`` or the like, otherwise the called one."""
    if (
        isinstance(func, ast.Call)
        and dotted(func.func).rpartition(".")[2] in tasks.SWITCHING
        and func.args
    ):
        return func.args[0]
    return func


def _has_queueing(library: Library | None, method: str, anywhere: frozenset[str]) -> bool:
    if library is None:
        return method in anywhere
    return method in library.queueing and not library.waits


def task_of(node: ast.expr) -> ast.expr:
    """Return the task of ``task.s(...)`` and ``task.si(...).set(...)``, else the node itself."""
    while (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in tasks.SIGNATURES
    ):
        node = node.func.value
    return node


def _is_chunks(node: ast.expr) -> bool:
    """Tell whether an expression is ``task.chunks(…)``, which queues when called."""
    made = node.func if isinstance(node, ast.Call) else None
    return isinstance(made, ast.Attribute) and made.attr == "chunks"


def is_chain(node: ast.expr) -> bool:
    """Tell whether an expression is ``first.s(…) | second.s(…)``."""
    return (
        isinstance(node, ast.BinOp)
        and isinstance(node.op, ast.BitOr)
        and any(task_of(side) is not side or is_chain(side) for side in (node.left, node.right))
    )
