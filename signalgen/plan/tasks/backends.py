"""Checks which task library a stub may be written for.

``check_backend(...)`` is the entry: importing a library that the project lacks would keep it from
starting.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.facts.tasks import LIBRARIES, OTHER
from signalgen.plan.context import Context, did_you_mean
from signalgen.values.fragment import ImportNeed

if TYPE_CHECKING:
    from signalgen.values.index import Task
    from signalgen.values.spec import Mark

_BACKPORT = ImportNeed("django_tasks", "task")


def decorator_need(ctx: Context) -> ImportNeed:
    """Return the import of the decorator that makes a function a task."""
    if ctx.task_backend == "django" and _uses_backport(ctx):
        return _BACKPORT
    module, name = LIBRARIES[ctx.task_backend].stub
    return ImportNeed(module, name)


def check_backend(ctx: Context, name: str, mark: Mark, *, ours: bool) -> None:
    """Report if the stub of task ``name``, mentioned at ``mark``, could not be imported.

    ``ours``: an earlier run wrote it; then Celery is not checked again.
    """
    if ctx.task_backend == "django":
        if not _has_django_tasks(ctx):
            target = ".".join(map(str, ctx.django or ()))
            ctx.problem(
                mark,
                "backend-too-old",
                f"Django's own tasks need Django 6.0, this project uses {target}",
                "use Celery, or add django-tasks to the requirements",
            )
    elif not ours and "celery" not in (ctx.spec.task_backend, ctx.project.settings.task_backend):
        _check_celery(ctx, name, mark)


def _check_celery(ctx: Context, name: str, mark: Mark) -> None:
    # Celery is only a default here: the project must have it, and must not run its tasks otherwise.
    libraries = ctx.project.task_libraries
    has_celery = "celery" in (libraries or ())
    other = _other_task(ctx, has_celery=has_celery)
    if other is not None:
        found = f"this project's tasks are {LIBRARIES[other.kind].whose}: {other.path}:{other.line}"
    elif not has_celery and _other_queue(ctx):
        found = f"this project's queue is {_other_queue(ctx)}"
    elif has_celery:
        return
    elif libraries is not None:
        found = "this project neither requires nor imports celery"
    else:
        ctx.note(
            mark,
            "celery-assumed",
            f"task {name!r} becomes a stub for Celery: no file says what this project requires",
            "set task_backend: celery or task_backend: django",
        )
        return
    ctx.problem(
        mark,
        "no-celery",
        f"task {name!r} would become a stub for Celery, but {found}",
        _hint(ctx, name, other),
    )


def _other_queue(ctx: Context) -> str:
    """Return another task queue that the project requires or imports, empty if none."""
    return min(set(ctx.project.task_libraries or ()) - {"celery", "django_tasks"}, default="")


def _other_task(ctx: Context, *, has_celery: bool) -> Task | None:
    # A task that shows another library in use, the app's own tasks first. Where Celery is
    # installed, a decorator that could not be traced may well be Celery's; a task of another
    # library is not.
    tasks = [*ctx.app.tasks, *(task for app in ctx.project.apps for task in app.tasks)]
    if any(task.kind == "celery" for task in tasks):
        return None
    kinds = {kind for kind, library in LIBRARIES.items() if not library.stub[0]}
    if has_celery:
        kinds.discard(OTHER.kind)
    return next((task for task in tasks if task.kind in kinds), None)


def _hint(ctx: Context, name: str, other: Task | None) -> str:
    # A second queue beside the existing one is not wanted.
    if other is not None or _other_queue(ctx):
        ways = [f"write {name} yourself, as a task of your queue, and import it"]
    else:
        ways = ["add celery to the requirements"]
    if _has_django_tasks(ctx):
        ways.append("set task_backend: django")
    known = sorted({task.name for app in ctx.project.apps for task in app.tasks})
    near = did_you_mean(name, known)
    if known:
        ways.append(f"name a task that exists ({near or ', '.join(known[:3])})")
    return f"{', '.join(ways[:-1])}, or {ways[-1]}" if len(ways) > 1 else ways[0]


def _has_django_tasks(ctx: Context) -> bool:
    return ctx.django is None or ctx.django >= (6, 0) or _uses_backport(ctx)


def _uses_backport(ctx: Context) -> bool:
    # Django has tasks from 6.0 on; the package django-tasks offers the same ones before that.
    old = ctx.django is None or ctx.django < (6, 0)
    return old and "django_tasks" in (ctx.project.task_libraries or ())
