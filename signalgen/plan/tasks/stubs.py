"""Plans task stubs, and reports tasks that must exist but do not.

``plan_tasks(...)`` is the entry. A missing task of this app gets a stub.
"""

from __future__ import annotations

import ast
from dataclasses import replace
from difflib import SequenceMatcher, get_close_matches
from string import digits
from typing import TYPE_CHECKING

from signalgen.dotted import dotted
from signalgen.facts.tasks import AFTER_COMMIT_SINCE
from signalgen.plan.context import Context, did_you_mean, relative_module
from signalgen.plan.handlers.defer import calls
from signalgen.plan.names.annotations import annotation_of
from signalgen.plan.names.cycles import reaches
from signalgen.plan.names.freenames import LOGGER, logger_of
from signalgen.plan.tasks.argumenttypes import given_types, type_by_name
from signalgen.plan.tasks.backends import check_backend, decorator_need
from signalgen.syntax import snake_words
from signalgen.values.fragment import ImportNeed
from signalgen.values.plan import Support, TaskStub
from signalgen.values.spec import ArgSpec, TaskSpec

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from signalgen.plan.handlers.body import UnknownTask
    from signalgen.plan.handlers.handler import Handled
    from signalgen.values.spec import Mark

_NEARLY = 0.85
"""The similarity (difflib, 0 to 1) from which a name is a misspelling, not another task."""
_NEARLY_A_WORD = 0.75
_SHORTEST_WORD = 4
"""Word length from which one other letter is a misspelling: ``part_a`` and ``part_b`` differ."""


def plan_tasks(
    ctx: Context, called: Mapping[str, UnknownTask], handled: Sequence[Handled]
) -> tuple[TaskStub | Support, ...]:
    """Return the stubs to write; ``called`` has the first call of each task without args.

    ``handled`` are the receivers that call them: their arguments tell the types.
    """
    stubs: list[TaskStub] = []
    given = given_types(ctx, handled, _handed) if ctx.typed else {}
    for task in ctx.spec.tasks:
        if _is_own(ctx, task):
            if not by_hand(ctx, task.name):
                if _is_made(task) and _is_misspelt(ctx, task.name, task.mark, called, made=True):
                    continue
                check_backend(ctx, task.name, task.mark, ours=_is_ours(ctx, task.name))
                call = called.get(task.name)
                args = _guess_arguments(ctx, call.node) if call is not None else task.args
                stubs.append(_stub(ctx, replace(task, args=args), given.get(task.name, {})))
        else:
            _check_foreign(ctx, task)
    declared = {task.name for task in ctx.spec.tasks}
    for name, call in called.items():
        if name in declared or _is_misspelt(ctx, name, call.mark, called):
            continue
        made = TaskSpec(name, call.mark, args=_guess_arguments(ctx, call.node))
        stubs.append(_stub(ctx, made, given.get(name, {})))
        ours = _is_ours(ctx, name)
        check_backend(ctx, name, call.mark, ours=ours)
        if ours:
            continue
        ctx.note(
            call.mark,
            "task-stub",
            f"{name} is called as a task but does not exist: {ctx.targets.tasks[0]} gets a stub",
            "declare it under celery_tasks with its arguments",
        )
    if not stubs:
        return ()
    path = ctx.targets.tasks[0]
    if logger_of(ctx, path) != LOGGER:
        return tuple(stubs)
    logger = Support(path, LOGGER, ctx.spec.source, "logger", (ImportNeed("logging"),), ctx.typed)
    return (logger, *stubs)


def _is_made(task: TaskSpec) -> bool:
    # By a recipe, which takes a task's name as bodies write it.
    return task.mark.path.startswith("recipes[")


def _is_misspelt(
    ctx: Context, name: str, mark: Mark, called: Iterable[str], *, made: bool = False
) -> bool:
    """Report a name close to an existing task's: a stub for it would silently do nothing.

    Similar names given to recipes that write the tasks (``made``) are allowed.
    """
    if _is_ours(ctx, name):
        return False
    declared = (task for spec in ctx.specs for task in spec.tasks)
    known = {task.name for task in declared if not (made and _is_made(task))}
    known |= {task.name for app in ctx.project.apps for task in app.tasks}
    known -= _going(ctx, called)
    near = [
        other
        for other in get_close_matches(name, sorted(known), 3, _NEARLY)
        if _is_slip(name, other)
    ]
    if near:
        ctx.problem(
            mark,
            "unknown-task",
            f"there is no task {name!r}",
            f"did you mean {near[0]!r}? or declare {name} under celery_tasks",
        )
    return bool(near)


def _going(ctx: Context, called: Iterable[str]) -> set[str]:
    # Stubs of an earlier run for names that the spec no longer has, such as corrected misspellings.
    made = {uid.removeprefix("task:") for uid in ctx.generated if uid.startswith("task:")}
    return made - {task.name for spec in ctx.specs for task in spec.tasks}.union(called)


def _is_slip(name: str, other: str) -> bool:
    """Tell whether ``name`` is a misspelling of ``other`` and not another task."""
    words, others = name.split("_"), other.split("_")
    if len(words) != len(others):
        return "".join(words) == "".join(others)
    differing = [pair for pair in zip(words, others, strict=True) if pair[0] != pair[1]]
    return all(_is_slip_of_word(*pair) for pair in differing)


def _is_slip_of_word(word: str, other: str) -> bool:
    if sorted(word) == sorted(other):
        return True
    # Singular and plural, and numbered names, are different tasks.
    if word.rstrip("s") == other.rstrip("s") or word.rstrip(digits) == other.rstrip(digits):
        return False
    alike = SequenceMatcher(None, word, other).ratio() >= _NEARLY_A_WORD
    return alike and max(len(word), len(other)) >= _SHORTEST_WORD


def check_delay_on_commit(ctx: Context) -> None:
    """Report why this project's tasks do not have ``delay_on_commit``."""
    mark, version = ctx.spec.delay_on_commit, ctx.project.celery_version
    if mark is None:
        return
    reason = ""
    if ctx.spec.task_backend == "django":
        reason = "it is Celery's, and task_backend says django"
    elif version is not None and version < AFTER_COMMIT_SINCE:
        reason = f"it came with Celery 5.4, and this project allows {'.'.join(map(str, version))}"
    elif ctx.project.own_task_class:
        reason = (
            "only Celery's own Django task class has it, "
            "and this project sets one of its own (task_cls)"
        )
    if reason:
        message = f"the tasks of this project have no delay_on_commit: {reason}"
        hint = "remove the key: transaction.on_commit does the same"
        ctx.problem(mark, "no-delay-on-commit", message, hint)
    elif ctx.project.databases:
        others = ", ".join(ctx.project.databases)
        message = (
            "delay_on_commit waits only for the default database, but this project writes rows to "
            f"{others} as well"
        )
        hint = "remove the key: transaction.on_commit waits for the database of the row"
        ctx.problem(mark, "no-delay-on-commit", message, hint)


def _is_own(ctx: Context, task: TaskSpec) -> bool:
    return task.app is None or task.app in (ctx.app.name, ctx.app.label)


def by_hand(ctx: Context, name: str) -> bool:
    """Tell whether this app has a task of that name that no run has written."""
    return any(task.name == name for task in ctx.app.tasks) and not _is_ours(ctx, name)


def _is_ours(ctx: Context, name: str) -> bool:
    # Generated before: the stub must stay in the plan, or the next run would treat it as removed
    # from the spec.
    return f"task:{name}" in ctx.generated


def _check_foreign(ctx: Context, task: TaskSpec) -> None:
    app = ctx.project.app(task.app or "")
    planned = any(
        other.app.text == task.app and any(t.name == task.name for t in other.tasks)
        for other in ctx.specs
    )
    if planned:
        return
    if app is None and ctx.future:
        message = f"{task.name} will be imported from {task.app}.tasks, which does not exist yet"
        ctx.note(task.mark, "planned-task", message)
    elif app is None:
        names = [a.name for a in ctx.project.apps]
        ctx.problem(
            task.mark,
            "unknown-app",
            f"task {task.name!r} belongs to app {task.app!r}, which this project does not have",
            did_you_mean(task.app or "", names) or f"apps: {', '.join(sorted(names))}",
        )
    elif not any(t.name == task.name for t in app.tasks):
        known = sorted(t.name for t in app.tasks)
        ctx.problem(
            task.mark,
            "unknown-task",
            f"app {app.name!r} has no task {task.name!r}",
            did_you_mean(task.name, known)
            or f"write it in {app.path}/tasks.py first, or leave out app:",
        )


def _stub(ctx: Context, task: TaskSpec, given: Mapping[int | str, str]) -> TaskStub:
    if ctx.task_backend == "django" and task.retries:
        ctx.note(
            task.mark,
            "no-retries",
            f"Django's tasks have no retries, so {task.name} gets none",
            "set them in the task backend, or use Celery",
        )
    needs = {decorator_need(ctx)}
    parameters: list[str] = []
    for number, arg in enumerate(task.args):
        if arg.annotation is None and not ctx.typed:
            parameters.append(arg.name)
            continue
        told = given.get(arg.name, given.get(number))
        told = type_by_name(ctx, arg.name) if told is None else told
        typed = replace(arg, annotation=arg.annotation or told or None)
        annotation, more = annotation_of(ctx, typed, ctx.targets.tasks[1])
        needs |= more
        parameters.append(f"{arg.name}: {annotation}")
    stub = TaskStub(
        ctx.targets.tasks[0],
        task.name,
        ctx.spec.source,
        _decorator(task, django=ctx.task_backend == "django"),
        tuple(parameters),
        tuple(arg.name for arg in task.args),
        _docstring(task),
        tuple(sorted(needs)),
        ctx.typed,
        logger_of(ctx, ctx.targets.tasks[0]),
        queue="" if ctx.task_backend == "django" else task.queue or "",
    )
    return _with_row(ctx, stub)


def _docstring(task: TaskSpec) -> str:
    text = task.description or f"{task.name.replace('_', ' ').capitalize()}."
    return (
        f"{text}\n\nIt may run again after an error: a second run must change nothing."
        if task.retries
        else text
    )


def _with_row(ctx: Context, stub: TaskStub) -> TaskStub:
    # An argument such as ``order_id`` names a row, which may be gone when a worker runs.
    if stub.name in _after_deletions(ctx):
        return stub
    keys = {
        f"{snake_words(model.name)}_{key}": model
        for model in ctx.app.models
        for key in ("id", "pk")
    }
    key = next((name for name in stub.arguments if name in keys), "")
    if not key or keys[key].abstract:
        return stub
    model, own = keys[key], ctx.targets.tasks[1]
    row = key[:-3]
    if row in (*stub.arguments, stub.name, "logger"):
        return stub
    need = ImportNeed(relative_module(ctx, model.exported, own), model.name)
    if reaches(ctx, model.exported, own) or reaches(ctx, model.module, own):
        line = f"from {need.module} import {need.name}"
        return replace(stub, local_imports=(line,), key=key, model=model.name, row=row)
    return replace(
        stub, imports=tuple(sorted({*stub.imports, need})), key=key, model=model.name, row=row
    )


def _after_deletions(ctx: Context) -> frozenset[str]:
    # Tasks that receivers of deletions enqueue: they run because the row is gone, so they must not
    # look it up.
    handlers = [
        handler
        for spec in ctx.specs
        for handler in (*spec.handlers, *(h for signal in spec.signals for h in signal.handlers))
        if any(ref.text.endswith("_delete") for ref in handler.signals)
    ]
    enqueued = {entry.task.text for handler in handlers for entry in handler.enqueue}
    called = {
        call.task
        for handler in handlers
        for code in handler.codes().values()
        for call in calls(code.text)
    }
    return frozenset(enqueued | called)


def _decorator(task: TaskSpec, *, django: bool) -> str:
    options: list[str] = []
    if django:
        if task.queue:
            options.append(f"queue_name={task.queue!r}")
        return f"task({', '.join(options)})" if options else "task"
    if task.retries:
        options.append("autoretry_for=(Exception,)")
        options.append(f"max_retries={task.retries}")
        if task.backoff:
            options.append("retry_backoff=True")
    return f"shared_task({', '.join(options)})" if options else "shared_task"


def _guess_arguments(ctx: Context, call: ast.Call) -> tuple[ArgSpec, ...]:
    # Name the parameters after the values that the call passes: ``str(instance.id)`` of an Order is
    # ``order_id``.
    mark = ctx.spec.app.mark
    values, names = _passed(call)
    out: list[ArgSpec] = []
    for number, value in enumerate(values, 1):
        name = _argument_name(ctx, value) or f"arg{number}"
        if any(arg.name == name for arg in out):
            name = f"{name}{number}"
        out.append(ArgSpec(name, None, mark))
    out.extend(ArgSpec(name, None, mark) for name in names)
    return tuple(out)


def _passed(call: ast.Call) -> tuple[Sequence[ast.expr], Sequence[str]]:
    values, keywords = _handed(call)
    return values, list(keywords)


def _handed(call: ast.Call) -> tuple[Sequence[ast.expr], dict[str, ast.expr]]:
    # The task's arguments: ``apply_async`` takes them as a sequence and a mapping, besides options.
    if not dotted(call.func).rpartition(".")[2].startswith("apply_async"):
        return call.args, {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    args = given.get("args") or next(iter(call.args[:1]), None)
    kwargs = given.get("kwargs") or next(iter(call.args[1:2]), None)
    pairs = zip(kwargs.keys, kwargs.values, strict=True) if isinstance(kwargs, ast.Dict) else ()
    named = [(key.value, value) for key, value in pairs if isinstance(key, ast.Constant)]
    return (
        args.elts if isinstance(args, (ast.List, ast.Tuple)) else (),
        {name: value for name, value in named if isinstance(name, str)},
    )


def _argument_name(ctx: Context, value: ast.expr) -> str:
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and len(value.args) == 1:
        return _argument_name(ctx, value.args[0])
    chain = dotted(value)
    parts = chain.split(".")
    if chain and parts[-1] in ("pk", "id") and len(parts) > 1:
        owner = parts[-2]
        if owner == "instance":
            models = {ref.text for handler in ctx.spec.handlers for ref in handler.models}
            owner = snake_words(models.pop().rpartition(".")[2]) if len(models) == 1 else "instance"
        return f"{owner}_id"
    return parts[-1] if chain and parts[-1].isidentifier() else ""
