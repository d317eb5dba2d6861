"""Resolves names and tasks in the pieces of a handler: bodies, guards, ``enqueue`` lines.

``make_piece(...)`` is the entry: declared code in, generated code with its imports out.
"""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from signalgen.dotted import dotted, root_name
from signalgen.facts.services import CACHE_DELETES, ROBUST_SINCE, SYNCHRONOUS
from signalgen.facts.tasks import ANYWHERE, BY_NAME, LIBRARIES, LIKELY, ON_THE_SPOT
from signalgen.late import dataclass
from signalgen.plan.context import absolute_module
from signalgen.plan.handlers.defer import (
    calls,
    capture_primary_key,
    defer,
    ends,
    with_celerys_own,
    without_await,
)
from signalgen.plan.handlers.defer import in_words_of_library as in_words
from signalgen.plan.handlers.effects import NO_EFFECTS, effects_of
from signalgen.plan.names.freenames import Needs, origin_of, resolve, spec_imports
from signalgen.queueing import queued
from signalgen.syntax import bound_names, free_names, parse_body
from signalgen.values.fragment import ImportNeed
from signalgen.values.spec import Code, EnqueueSpec, HandlerSpec, TaskSpec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from signalgen.facts.tasks import Library
    from signalgen.plan.context import Context
    from signalgen.plan.handlers.defer import Deferred, Kept, TaskCall
    from signalgen.values.spec import Mark

ON_COMMIT = ImportNeed("django.db", "transaction")
PARTIAL = ImportNeed("functools", "partial")
SYNC_TO_ASYNC = ImportNeed("asgiref.sync", "sync_to_async")


@dataclass(frozen=True, slots=True)
class Piece:
    """Code of one branch, as declared (``source``) and as generated (``text``, tasks deferred).

    ``lines`` are those of ``source`` that come from ``enqueue``. ``waiting`` holds the ends of the
    calls in ``source`` that wait for the commit in ``text``.
    """

    key: str
    source: str
    text: str
    names: Needs
    used: frozenset[str]
    defers: bool = False
    lines: tuple[Code, ...] = ()
    waiting: frozenset[tuple[int, int]] = frozenset()


@dataclass(frozen=True, slots=True)
class UnknownTask:
    """A call of a task of which nobody says what it takes, with its place."""

    node: ast.Call
    mark: Mark


@dataclass(frozen=True, slots=True)
class Scope:
    """What all pieces of a handler share: parameters, target module, how it may defer."""

    parameters: tuple[str, ...]
    target: tuple[str, str]
    stubs: frozenset[str]
    using: bool
    deleting: bool
    effects: bool = True
    """Whether the signal is sent around a write, so that there is a commit to wait for."""


def _imported(text: str) -> set[str]:
    # A name that the body itself imports may be a task all the same.
    imports = (n for n in ast.walk(parse_body(text)) if isinstance(n, (ast.Import, ast.ImportFrom)))
    return {alias.asname or alias.name for node in imports for alias in node.names}


def _made(text: str) -> dict[str, ast.expr | None]:
    # The variables of a body, with what they were given last.
    made: dict[str, ast.expr | None] = dict.fromkeys(bound_names(text).keys() - _imported(text))
    for node in ast.walk(parse_body(text)):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            made[node.targets[0].id] = node.value
    return made


def naming(
    ctx: Context, target: tuple[str, str], text: str, parameters: Sequence[str]
) -> Callable[[ast.expr], str]:
    """Return what gives the name of an expression of ``text``, with ``()`` for calls, or ""."""
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
        return name(made[node.id], depth + 1) if node.id in made else _meaning(ctx, node.id, target)

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
        named = _kind(ctx, dotted(node)) if head not in made else None
        return LIBRARIES.get(_kind(ctx, name(node)) or named or "")

    def queues(call: ast.Call) -> bool:
        own = root_name(call.func) in made
        return bool(queued(call, library, name, ANYWHERE if own else LIKELY | BY_NAME))

    return queues


def _meaning(ctx: Context, name: str, target: tuple[str, str]) -> str:
    own = ctx.app.origins.get(target[0], {}).get(name)
    if own is not None:
        return own.replace(":", ".").rstrip(".")
    origin = dict(spec_imports(ctx.spec.imports)).get(name) or origin_of(ctx, name)
    if origin is None:
        return name
    module = absolute_module(ctx, origin.module, target[1])
    return f"{module}.{origin.name}" if origin.name else module


def _kind(ctx: Context, name: str) -> str | None:
    # Two tasks of one name in different libraries leave the library unknown.
    module, _, last = name.rpartition(".")
    kinds = {
        task.kind
        for app in ctx.project.apps
        for task in app.tasks
        if task.name == last and module in ("", task.module)
    }
    return kinds.pop() if len(kinds) == 1 else None


def stub_names(
    ctx: Context, handlers: Sequence[HandlerSpec], parameters: Sequence[str]
) -> dict[str, UnknownTask]:
    """Return each task that handlers call and of which nobody says what it takes.

    It exists nowhere, or is declared without arguments. The keys are names in bodies and
    ``enqueue`` entries, the values the first call of each.
    """
    bare = {task.name: task for task in ctx.spec.tasks if not task.args}
    found: dict[str, UnknownTask] = {}
    for handler in handlers:
        for code in handler.codes().values():
            for call in calls(code.text):
                name, _, method = call.callee.rpartition(".")
                if method not in LIKELY or name not in free_names(code.text, parameters):
                    continue
                if name in bare or _is_unknown(ctx, name):
                    found.setdefault(
                        name,
                        UnknownTask(call.node, code.at(call.node.lineno, call.node.col_offset)),
                    )
        for entry in handler.enqueue:
            name = entry.task.text
            if name.isidentifier() and (name in bare or _is_unknown(ctx, name)):
                line = enqueue_line(ctx, entry, bare, has_instance="instance" in parameters)
                node = next(iter(calls(line.text))).node
                found.setdefault(name, UnknownTask(node, entry.task.mark))
    return found


def _is_unknown(ctx: Context, name: str) -> bool:
    if f"task:{name}" in ctx.generated and all(t.name != name for s in ctx.specs for t in s.tasks):
        # The stub of an earlier run: left out of the plan it would count as removed from the spec.
        return True
    known = any(name in names for names in ctx.app.names.values())
    return (
        not known
        and origin_of(ctx, name) is None
        and not any(name in code.text for code in ctx.spec.imports)
    )


def enqueue_key(entry: EnqueueSpec) -> str:
    """Return the branch that an ``enqueue`` entry belongs to, such as ``on_create``.

    ``save`` and ``delete`` belong to the whole body.
    """
    return "body" if entry.on in ("save", "delete", "send", "") else f"on_{entry.on}"


def enqueue_line(
    ctx: Context, entry: EnqueueSpec, tasks: Mapping[str, TaskSpec], *, has_instance: bool
) -> Code:
    """Return the statement of an ``enqueue`` entry as a person would write it in a body."""
    name = entry.task.text
    kind = _kind(ctx, name)
    if kind is None:
        kind = ctx.task_backend
    written = _written(ctx, name, kind, entry.task.mark)
    declared = tasks.get(name)
    args = [code.text for code in entry.args]
    if not args and has_instance and (declared is None or declared.args):
        args = ["instance.pk"]
    return Code(f"{name}{written}({', '.join(args)})", entry.mark)


def in_words_of_library(ctx: Context, code: Code, stubs: frozenset[str]) -> Code:
    """Return ``code`` with each ``.delay`` replaced by what the task's library offers.

    A spec need not know which library a task uses.
    """

    def ending(call: TaskCall) -> str | None:
        kind = _kind(ctx, call.task) or (ctx.task_backend if call.task in stubs else None)
        mark = code.at(call.node.lineno, call.node.col_offset)
        return _written(ctx, call.task, kind, mark) if kind else None

    return replace(code, text=in_words(code.text, ending)) if ".delay" in code.text else code


def ending_in(ctx: Context, name: str, texts: Iterable[str]) -> str:
    """Return what follows the task ``name`` where it is queued in ``texts``, planned bodies.

    ``.delay`` where they say so, else what its library has, such as ``.enqueue`` or nothing.
    """
    if any(f"{name}.delay" in text for text in texts):
        return ".delay"
    written = LIBRARIES[_kind(ctx, name) or ctx.task_backend].written
    return ".delay" if written is None else written


def _written(ctx: Context, name: str, kind: str, mark: Mark) -> str:
    # How the task's library queues where the spec says ``.delay``; reported where it has no such
    # call.
    library = LIBRARIES[kind]
    if library.written is None:
        ctx.problem(
            mark,
            "no-such-call",
            f"the task {name!r} is {library.whose}, which has no .delay() with these arguments",
            "queue it in a body as its library has it",
        )
    return library.written or ""


def make_piece(
    ctx: Context, handler: HandlerSpec, key: str, codes: Sequence[Code], scope: Scope
) -> Piece:
    """Resolve the names of one branch and defer its tasks.

    ``codes`` are the body as written and its ``enqueue`` lines. Unknown names are reported to
    ``ctx``.
    """
    extra = ("old", "new") if key.startswith("on_change") else ()
    bound = (*scope.parameters, *extra, *(["original"] if _binds_original(handler, key) else []))
    whole = "\n".join(code.text for code in codes)
    names = [
        resolve(ctx, code, [*bound, *bound_names(whole)], scope.target, stubs=scope.stubs)
        for code in codes
    ]
    imports = {need for name in names for need in name.imports}
    used = frozenset(free for code in codes for free in _uses(code.text))
    text, defers, waiting = whole, False, frozenset[tuple[int, int]]()
    if key != "after_commit" and (handler.defer_tasks or handler.defer_effects):
        whole, deferred = _deferred(ctx, handler, whole, bound, scope)
        _report_used(ctx, codes[0], deferred.used)
        _note_kept(ctx, codes[0], deferred.kept)
        text, defers = deferred.text, bool(deferred.deferred)
        waiting = frozenset(ends(call.node) for call in deferred.deferred)
        if defers:
            imports |= {ON_COMMIT} | ({SYNC_TO_ASYNC} if handler.is_async else set())
            if deferred.partial:
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
        Needs(tuple(sorted(imports)), tuple(sorted(local)), any(n.logs for n in names)),
        used,
        defers,
        tuple(codes[1:] if key in handler.codes() else codes),
        waiting,
    )


def _deferred(
    ctx: Context, handler: HandlerSpec, whole: str, bound: Sequence[str], scope: Scope
) -> tuple[str, Deferred]:
    """Return the body that is to wait, in the words in which it can, and what came of it."""
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


def _note_kept(ctx: Context, code: Code, kept: Sequence[Kept]) -> None:
    for call in kept:
        ctx.note(
            code.at(call.node.lineno, call.node.col_offset),
            "effect-before-commit",
            f"{call.written}() runs before the commit, as {call.why}",
            "put it, and what depends on it, under after_commit:, or say defer_effects: false",
        )


def _report_used(ctx: Context, code: Code, used: Sequence[TaskCall]) -> None:
    # A deferred call has no result yet at the place where the body would use it.
    for call in used:
        ctx.problem(
            code.at(call.node.lineno, call.node.col_offset),
            "task-result-used",
            f"the result of {call.callee or ast.unparse(call.node.func)}() is used, "
            "so the call cannot wait for the commit",
            "do not use the result, or say defer_tasks: false",
        )


def _is_celerys(ctx: Context, call: TaskCall) -> bool:
    return (_kind(ctx, call.task) or ctx.task_backend) == "celery"


def _uses(text: str) -> set[str]:
    return {node.id for node in ast.walk(parse_body(text)) if isinstance(node, ast.Name)}


def _binds_original(handler: HandlerSpec, key: str) -> bool:
    return any(ref.text.endswith("pre_save") for ref in handler.signals) and key in (
        "implementation",
        "on_update",
    )


def merged(names: Sequence[Needs]) -> Needs:
    """Return the needs of several pieces as one."""
    top = tuple(sorted({need for n in names for need in n.imports}))
    local = tuple(sorted({need for n in names for need in n.local}))
    return replace(Needs(), imports=top, local=local, logs=any(n.logs for n in names))
