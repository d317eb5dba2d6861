"""From the pieces of a handler (bodies, guards, ``enqueue`` lines) to code whose names and tasks are settled."""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from signalgen.plan.handlers.defer import (
    ENQUEUE_METHODS,
    calls,
    capture_primary_key,
    defer,
    with_celerys_own,
)
from signalgen.plan.handlers.defer import in_words_of_library as in_words
from signalgen.plan.names.freenames import Names, local_names, origin_of, resolve
from signalgen.syntax import free_names, parse_body
from signalgen.values.fragment import ImportNeed
from signalgen.values.spec import Code, EnqueueSpec, HandlerSpec, TaskSpec

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from signalgen.plan.context import Context
    from signalgen.values.spec import Mark

ON_COMMIT = ImportNeed("django.db", "transaction")
PARTIAL = ImportNeed("functools", "partial")
SYNC_TO_ASYNC = ImportNeed("asgiref.sync", "sync_to_async")

_CALL_BY_KIND = {
    "celery": ".delay",
    "django": ".enqueue",
    "dramatiq": ".send",
    "rq": ".delay",
    "huey": "",
    "other": ".delay",
}


@dataclass(frozen=True, slots=True)
class Piece:
    """Code of one branch: as the spec says it (``source``) and as it will be generated (``text``, tasks deferred)."""

    key: str
    source: str
    text: str
    names: Names
    used: frozenset[str]
    defers: bool = False


@dataclass(frozen=True, slots=True)
class TaskCall:
    """A call of a task that no spec declares and that exists nowhere, with its place in the spec."""

    node: ast.Call
    mark: Mark


@dataclass(frozen=True, slots=True)
class Scope:
    """What is the same for all pieces of a handler: its parameters, the target module and how it may defer."""

    parameters: tuple[str, ...]
    target: tuple[str, str]
    stubs: frozenset[str]
    using: bool
    deleting: bool


def task_call_names(ctx: Context, text: str, parameters: Sequence[str]) -> frozenset[str]:
    """Return the dotted callees of ``text`` that put a task on a queue."""
    own = frozenset(parameters) | local_names(text)
    return frozenset(
        call.callee
        for call in calls(text)
        if call.callee.partition(".")[0] not in own and is_task_call(ctx, call.callee)
    )


def is_task_call(ctx: Context, callee: str) -> bool:
    """Tell whether calling ``callee`` enqueues a task. ``.delay`` and ``.apply_async`` always do; other words need a known task."""
    name, _, method = callee.rpartition(".")
    if method in ("delay", "apply_async"):
        return bool(name)
    if method == "enqueue":
        return bool(name) and (_kind(ctx, name) in ("django", None))
    if method == "send":
        return _kind(ctx, name) == "dramatiq"
    return _kind(ctx, callee) == "huey"


def _kind(ctx: Context, name: str) -> str | None:
    """Return the library of the existing task ``name``; None for one that the project does not have."""
    kinds = {task.kind for app in ctx.project.apps for task in app.tasks if task.name == name}
    return kinds.pop() if len(kinds) == 1 else None


def stub_names(
    ctx: Context, handlers: Sequence[HandlerSpec], parameters: Sequence[str]
) -> dict[str, TaskCall]:
    """Return the undeclared names that bodies and ``enqueue`` call as tasks and that exist nowhere, each with its first call."""
    found: dict[str, TaskCall] = {}
    for handler in handlers:
        for code in handler.codes().values():
            free = free_names(code.text, parameters)
            for call in calls(code.text):
                name, _, method = call.callee.rpartition(".")
                if method in ENQUEUE_METHODS - {"send"} and name in free and _is_unknown(ctx, name):
                    found.setdefault(
                        name, TaskCall(call.node, code.at(call.node.lineno, call.node.col_offset))
                    )
        for entry in handler.enqueue:
            if entry.task.text.isidentifier() and _is_unknown(ctx, entry.task.text):
                line = enqueue_line(ctx, entry, {}, has_instance="instance" in parameters)
                node = next(iter(calls(line.text))).node
                found.setdefault(entry.task.text, TaskCall(node, entry.task.mark))
    return found


def _is_unknown(ctx: Context, name: str) -> bool:
    if f"task:{name}" in ctx.generated and all(t.name != name for s in ctx.specs for t in s.tasks):
        return True  # the stub of an earlier run: left out of the plan it would count as gone from the spec
    known = any(name in names for names in ctx.app.names.values())
    return (
        not known
        and origin_of(ctx, name) is None
        and not any(name in code.text for code in ctx.spec.imports)
    )


def enqueue_key(entry: EnqueueSpec) -> str:
    """Return the branch that an ``enqueue`` entry belongs to: ``create`` is ``on_create``, ``save`` and ``delete`` the whole body."""
    return "body" if entry.on in ("save", "delete", "send", "") else f"on_{entry.on}"


def enqueue_line(
    ctx: Context, entry: EnqueueSpec, tasks: Mapping[str, TaskSpec], *, has_instance: bool
) -> Code:
    """Return the statement that an ``enqueue`` entry stands for, as a person would write it in a body."""
    name = entry.task.text
    kind = _kind(ctx, name)
    if kind is None:
        kind = ctx.task_backend
    declared = tasks.get(name)
    args = [code.text for code in entry.args]
    if not args and has_instance and (declared is None or declared.args):
        args = ["instance.pk"]
    return Code(f"{name}{_CALL_BY_KIND[kind]}({', '.join(args)})", entry.mark)


def in_words_of_library(ctx: Context, code: Code, stubs: frozenset[str]) -> Code:
    """Return ``code`` whose ``.delay`` calls are what the library of each task has: a spec need not know which it is."""

    def ending(name: str) -> str | None:
        kind = _kind(ctx, name) or (ctx.task_backend if name in stubs else None)
        return _CALL_BY_KIND[kind] if kind else None

    return replace(code, text=in_words(code.text, ending)) if ".delay" in code.text else code


def make_piece(
    ctx: Context, handler: HandlerSpec, key: str, codes: Sequence[Code], scope: Scope
) -> Piece:
    """Resolve the names of one branch and defer its tasks. ``codes`` are the body as written and its ``enqueue`` lines."""
    extra = ("old", "new") if key.startswith("on_change") else ()
    bound = (*scope.parameters, *extra, *(["original"] if _binds_original(handler, key) else []))
    whole = "\n".join(code.text for code in codes)
    names = [
        resolve(ctx, code, [*bound, *local_names(whole)], scope.target, stubs=scope.stubs)
        for code in codes
    ]
    imports = {need for name in names for need in name.imports}
    used = frozenset(free for code in codes for free in _uses(code.text))
    text, defers = whole, False
    if key != "after_commit" and handler.defer_tasks:
        tasks = task_call_names(ctx, whole, bound)
        if ctx.spec.delay_on_commit and not handler.is_async:
            whole = with_celerys_own(
                whole, lambda callee: callee in tasks and _is_celerys(ctx, callee)
            )
        deferred = defer(whole, tasks.__contains__, is_async=handler.is_async, using=scope.using)
        for call in deferred.used:
            ctx.problem(
                codes[0].at(call.node.lineno, call.node.col_offset),
                "task-result-used",
                f"the result of {call.callee}() is used, so the call cannot wait for the commit",
                "do not use the result, or say defer_tasks: false",
            )
        text, defers = deferred.text, bool(deferred.deferred)
        if defers:
            imports |= {ON_COMMIT} | ({SYNC_TO_ASYNC} if handler.is_async else set())
            if any(call.node.args or call.node.keywords for call in deferred.deferred):
                imports.add(PARTIAL)
    if key == "after_commit":
        defers = True
        imports |= {ON_COMMIT} | ({SYNC_TO_ASYNC} if handler.is_async else set())
        if scope.deleting:
            text = capture_primary_key(text) or text
    local = {need for name in names for need in name.local}
    return Piece(
        key,
        whole,
        text,
        Names(tuple(sorted(imports)), tuple(sorted(local)), any(n.logs for n in names)),
        used,
        defers,
    )


def _is_celerys(ctx: Context, callee: str) -> bool:
    return (_kind(ctx, callee.rpartition(".")[0]) or ctx.task_backend) == "celery"


def _uses(text: str) -> set[str]:
    return {node.id for node in ast.walk(parse_body(text)) if isinstance(node, ast.Name)}


def _binds_original(handler: HandlerSpec, key: str) -> bool:
    return any(ref.text.endswith("pre_save") for ref in handler.signals) and key in (
        "implementation",
        "on_update",
    )


def merged(names: Sequence[Names]) -> Names:
    """Return the needs of several pieces as one."""
    top = tuple(sorted({need for n in names for need in n.imports}))
    local = tuple(sorted({need for n in names for need in n.local}))
    return replace(Names(), imports=top, local=local, logs=any(n.logs for n in names))


def touches_database(text: str) -> bool:
    """Tell whether code plainly reads or writes rows, so that an error in it breaks the transaction around it."""
    words = frozenset(
        {
            "objects",
            "_default_manager",
            "_base_manager",
            "save",
            "delete",
            "update",
            "create",
            "bulk_create",
        }
    )
    return any(
        isinstance(node, ast.Attribute) and node.attr in words
        for node in ast.walk(parse_body(text))
    )
