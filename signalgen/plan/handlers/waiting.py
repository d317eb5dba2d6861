"""The calls of a body that wait for the commit: ``deferred_in``; those that queue: ``queueing``."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from signalgen.dotted import dotted, root_name
from signalgen.facts.services import CACHE_DELETES, ROBUST_SINCE, SYNCHRONOUS
from signalgen.facts.tasks import ANYWHERE, BY_NAME, LIKELY, ON_THE_SPOT
from signalgen.plan.handlers.defer import defer, with_celerys_own, without_await
from signalgen.plan.handlers.effects import NO_EFFECTS, effects_of
from signalgen.plan.handlers.enqueuing import kind_of, library_here, meaning
from signalgen.queueing import queued
from signalgen.syntax import bound_names, parse_body
from signalgen.treewalk import all_nodes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from signalgen.facts.tasks import Library
    from signalgen.plan.context import Context
    from signalgen.plan.handlers.body import Scope
    from signalgen.plan.handlers.defer import Deferred, Kept, TaskCall
    from signalgen.values.spec import Code, HandlerSpec


def _imported(text: str) -> set[str]:
    # A name that the body itself imports may still be a task.
    imports = (
        n for n in all_nodes(parse_body(text)) if isinstance(n, (ast.Import, ast.ImportFrom))
    )
    return {alias.asname or alias.name for node in imports for alias in node.names}


def _made(text: str) -> dict[str, ast.expr | None]:
    # The variables of a body, with their last values.
    made: dict[str, ast.expr | None] = dict.fromkeys(bound_names(text).keys() - _imported(text))
    for node in all_nodes(parse_body(text)):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            made[node.targets[0].id] = node.value
    return made


def naming(
    ctx: Context, target: tuple[str, str], text: str, parameters: Sequence[str]
) -> Callable[[ast.expr], str]:
    """Return a function that names an expression of ``text``, with ``()`` for calls, or ""."""
    made = _made(text)

    def name(node: ast.expr | None, depth: int = 0) -> str:
        if isinstance(node, ast.Attribute):
            owner = name(node.value, depth)
            return f"{owner}.{node.attr}" if owner else ""
        if isinstance(node, (ast.Call, ast.Subscript)):
            is_call = isinstance(node, ast.Call)
            maker = name(node.func if isinstance(node, ast.Call) else node.value, depth)
            return f"{maker}{'()' if is_call else '[]'}" if maker else ""
        if not isinstance(node, ast.Name) or node.id in parameters or depth > len(made):
            return ""
        return name(made[node.id], depth + 1) if node.id in made else meaning(ctx, node.id, target)

    return name


def queueing(
    ctx: Context, target: tuple[str, str], text: str, parameters: Sequence[str]
) -> Callable[[ast.Call], bool]:
    """Return a predicate that tells whether a call in the body ``text`` queues a task.

    Calls on a parameter never do.
    """
    made = _made(text)
    name = naming(ctx, target, text, parameters)

    def library(node: ast.expr) -> Library | None:
        head = dotted(node).partition(".")[0]
        if head in parameters:
            return ON_THE_SPOT
        named = kind_of(ctx, dotted(node)) if head not in made else None
        return library_here(ctx, kind_of(ctx, name(node)) or named or "")

    def queues(call: ast.Call) -> bool:
        own = root_name(call.func) in made
        found = queued(call, library, name, ANYWHERE if own else LIKELY | BY_NAME)
        return bool(found) and found.partition(".")[0] not in ctx.project.row_queues

    return queues


def deferred_in(
    ctx: Context, handler: HandlerSpec, whole: str, bound: Sequence[str], scope: Scope
) -> tuple[str, Deferred]:
    """Return the body with calls spelled so that they can wait, and the result of deferring."""
    queues = queueing(ctx, scope.target, whole, bound) if handler.defer_tasks else _never
    whole = without_await(whole, queues)
    if ctx.spec.delay_on_commit and not handler.is_async:
        whole = with_celerys_own(whole, lambda call: queues(call.node) and _is_celerys(ctx, call))
    effects = NO_EFFECTS
    if handler.defer_effects and scope.effects:
        name = naming(ctx, scope.target, whole, bound)
        whole = without_await(
            whole, lambda call: bool(CACHE_DELETES.search(name(call.func))), SYNCHRONOUS
        )
        effects = effects_of(whole, naming(ctx, scope.target, whole, bound))
    deferred = defer(
        whole,
        queues,
        is_async=handler.is_async,
        using=scope.using,
        effects=effects.waiting,
        robust=handler.on_error == "log" and ctx.django is not None and ctx.django >= ROBUST_SINCE,
    )
    return whole, replace(deferred, kept=effects.kept)


def _never(_call: ast.Call) -> bool:
    return False


def note_kept(ctx: Context, code: Code, kept: Sequence[Kept]) -> None:
    """Note the calls that could not be deferred, each with the reason."""
    for call in kept:
        ctx.note(
            code.at_byte(call.node.lineno, call.node.col_offset),
            "effect-before-commit",
            f"{call.written}() runs before the commit, as {call.why}",
            "put it, and what depends on it, under after_commit:, or set defer_effects: false",
        )


def report_used(ctx: Context, code: Code, used: Sequence[TaskCall]) -> None:
    """Report the calls whose result is used: they cannot wait."""
    # A deferred call has no result yet at the place where the body would use it.
    for call in used:
        ctx.problem(
            code.at_byte(call.node.lineno, call.node.col_offset),
            "task-result-used",
            f"the result of {call.callee or ast.unparse(call.node.func)}() is used, "
            "so the call cannot wait for the commit",
            "do not use the result, or set defer_tasks: false",
        )


def _is_celerys(ctx: Context, call: TaskCall) -> bool:
    # A task with its own class (``base=``) may lack the methods of Celery's Django task.
    based = {task.name for app in ctx.project.apps for task in app.tasks if task.based}
    kind = kind_of(ctx, call.task) or ctx.task_backend
    return kind == "celery" and call.task.rpartition(".")[2] not in based
