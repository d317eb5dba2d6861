"""How the project's tasks are queued: ``enqueue_line``, ``in_words_of_library``."""

from __future__ import annotations

from dataclasses import replace
from itertools import accumulate
from typing import TYPE_CHECKING

from signalgen.facts.tasks import COROUTINES, LIBRARIES, OTHER, WRAPPER
from signalgen.plan.context import absolute_module
from signalgen.plan.handlers.defer import in_words_of_library as in_words
from signalgen.plan.names.freenames import origin_of
from signalgen.plan.names.origins import spec_imports
from signalgen.values.spec import Code, EnqueueSpec, TaskSpec

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from signalgen.facts.tasks import Library
    from signalgen.plan.context import Context
    from signalgen.plan.handlers.defer import TaskCall
    from signalgen.values.index import Task
    from signalgen.values.spec import Mark


def library_here(ctx: Context, kind: str) -> Library | None:
    """Return the library of a kind, with ``waits`` as it is in this project."""
    library = LIBRARIES.get(kind)
    waits = kind in ctx.project.row_queues
    return (
        replace(library, waits=waits) if library is not None and library.waits != waits else library
    )


def meaning(ctx: Context, name: str, target: tuple[str, str]) -> str:
    """Return the dotted name that a name refers to in the module ``target``, if known."""
    own = ctx.app.origins.get(target[0], {}).get(name)
    if own is not None:
        return own.replace(":", ".").rstrip(".")
    origin = dict(spec_imports(ctx.spec.imports)).get(name) or origin_of(ctx, name)
    if origin is None:
        return name
    module = absolute_module(ctx, origin.module, target[1])
    return f"{module}.{origin.name}" if origin.name else module


def kind_of(ctx: Context, name: str) -> str | None:
    """Return the kind of the project's task with that name, dotted or not, None if unsure."""
    # Two tasks of one name in different libraries leave the library unknown.
    module, _, last = name.rpartition(".")
    kinds = {
        task.kind
        for app in ctx.project.apps
        for task in app.tasks
        if task.name == last and module in ("", task.module)
    }
    return kinds.pop() if len(kinds) == 1 else None


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
    declared = tasks.get(name)
    args = [code.text for code in entry.args]
    if not args and has_instance and (declared is None or declared.args):
        args = ["instance.pk"]
    kind = kind_of(ctx, name) or kind_of(ctx, meaning(ctx, name, ctx.targets.receivers))
    if kind is None and _is_foreign(ctx, name):
        _report_unknown(ctx, entry, args)
        kind = "celery"
    kind = kind or ctx.task_backend
    if kind == OTHER.kind:
        _report_unknown(ctx, entry, args)
        return Code(f"{name}.delay({', '.join(args)})", entry.mark)
    names = _names_of(ctx, name, kind, len(args), entry.task.mark)
    given = [f"{word}={value}" for word, value in zip(names, args, strict=True)] if names else args
    start = f"{_callee(name, kind)}("
    return Code(f"{start}{', '.join(given)})", entry.mark, parts=_parts(start, given, entry))


def _parts(start: str, given: Sequence[str], entry: EnqueueSpec) -> tuple[tuple[int, Code], ...]:
    """Return where each value of ``entry`` begins in the call that begins with ``start``."""
    if any("\n" in code.text for code in entry.args):
        return ()
    ends = accumulate((len(text) + len(", ") for text in given), initial=len(start))
    return tuple(
        (end + len(text) - len(code.text), code)
        for end, text, code in zip(ends, given, entry.args, strict=False)
    )


def _is_foreign(ctx: Context, name: str) -> bool:
    """Tell whether a name exists and is not a known task, in a project without Celery."""
    if any(task.name == name for spec in ctx.specs for task in spec.tasks):
        return False
    where = meaning(ctx, name, ctx.targets.receivers)
    module = where.rpartition(".")[0]
    if not module or f"task:{name}" in ctx.generated:
        return False
    if module in ctx.project.modules:
        return True
    # A task of a package: Celery's if the project has no other library.
    kinds = {task.kind for app in ctx.project.apps for task in app.tasks}
    libraries = ctx.project.task_libraries
    return bool(kinds - {"celery"}) or (libraries is not None and libraries != {"celery"})


def _report_unknown(ctx: Context, entry: EnqueueSpec, args: Sequence[str]) -> None:
    name, own = entry.task.text, ", ".join(args)
    where = meaning(ctx, name, ctx.targets.receivers)
    call = f"{name}.delay({own})"
    if "django_q" in (ctx.project.task_libraries or ()):
        call = f'async_task("{where}", {own})'
    ctx.problem(
        entry.task.mark,
        "unknown-queue",
        f"it is not known how {name!r} is queued: it is not a task of a known library",
        f"queue it in a body instead, such as {enqueue_key(entry)}: {call}",
    )


def _callee(name: str, kind: str) -> str:
    written = LIBRARIES[kind].written or ""
    coroutine = written.removeprefix(".") in COROUTINES
    return f"{WRAPPER}({name}{written})" if coroutine else f"{name}{written}"


def _names_of(ctx: Context, name: str, kind: str, count: int, mark: Mark) -> Sequence[str]:
    """Return the parameters that a task's values are for, if its library drops positional ones."""
    if not LIBRARIES[kind].by_keyword:
        return ()
    tasks = [t for app in ctx.project.apps for t in app.tasks if t.name == name.rpartition(".")[2]]
    own: Task | None = next((task for task in tasks if task.kind == kind), None)
    names = own.parameters[:count] if own is not None else ()
    if len(names) == count and not any(word.startswith("*") for word in names):
        return names
    ctx.problem(
        mark,
        "no-such-call",
        f"the task {name!r} is {LIBRARIES[kind].whose}, which takes values only by name",
        f"queue it in a body: {name}.defer(name=value)",
    )
    return [f"value{number}" for number in range(count)]


def in_words_of_library(ctx: Context, code: Code, stubs: frozenset[str]) -> Code:
    """Return ``code`` with each ``.delay`` replaced by the call of the task's library.

    A spec need not know which library a task uses.
    """

    def library(call: TaskCall) -> str | None:
        return kind_of(ctx, call.task) or (ctx.task_backend if call.task in stubs else None)

    def ending(call: TaskCall) -> str | None:
        kind = library(call)
        return LIBRARIES[kind].written if kind else None

    def names(call: TaskCall) -> Sequence[str]:
        mark = code.at_byte(call.node.lineno, call.node.col_offset)
        kind = library(call)
        return _names_of(ctx, call.task, kind, len(call.node.args), mark) if kind else ()

    return replace(code, text=in_words(code.text, ending, names)) if ".delay" in code.text else code


def ending_in(ctx: Context, name: str, texts: Iterable[str]) -> str:
    """Return the method by which planned bodies (``texts``) queue the task ``name``.

    That is ``.delay`` if they use it, otherwise the library's, such as ``.enqueue`` or none.
    """
    if any(f"{name}.delay" in text for text in texts):
        return ".delay"
    written = LIBRARIES[kind_of(ctx, name) or ctx.task_backend].written
    return ".delay" if written is None else written
