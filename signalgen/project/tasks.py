"""Background tasks and the library that each belongs to: a Celery stub in a huey project would be wrong."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from signalgen.project.resolve import Index, origin, resolve, split
from signalgen.values.project import Task, TaskKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from signalgen.project.sources import Sources
    from signalgen.values.source import Decorator, Function

_KINDS: tuple[tuple[re.Pattern[str], TaskKind], ...] = (
    (re.compile(r"^(?:django\.tasks|django_tasks)(?:\.\w+)*\.task$"), "django"),
    (re.compile(r"^celery(?:\.\w+)*\.(?:shared_task|task|periodic_task)$"), "celery"),
    (re.compile(r"^huey(?:\.\w+)*\.(?:db_)?(?:periodic_)?task$"), "huey"),
    (re.compile(r"^dramatiq(?:\.\w+)*\.actor$"), "dramatiq"),
    (re.compile(r"^(?:django_rq|rq)(?:\.\w+)*\.job$"), "rq"),
)
_APPS: tuple[tuple[str, TaskKind], ...] = (
    ("celery.", "celery"),
    ("huey.", "huey"),
    ("dramatiq.", "dramatiq"),
    ("rq.", "rq"),
)
_NAMES = frozenset(
    {"shared_task", "task", "job", "actor", "periodic_task", "db_task", "db_periodic_task"}
)
_TASK_CLASS = re.compile(rb"^[^#\n]*\btask_cls\b[^=\n]*=(?!=)", re.MULTILINE)
_LIKELY = re.compile(
    rb"^[ \t]*@(?:[\w.]+\.)?(?:shared_task|(?:db_)?(?:periodic_)?task|job|actor)\b", re.MULTILINE
)
_LIBRARIES = {"celery": "celery", "django_tasks": "django-tasks"}
"""Packages that stubs may import, with the names by which requirements know them."""


def task_libraries(sources: Sources, requirements: Iterable[str]) -> frozenset[str] | None:
    """Return which of the packages that stubs may import the project requires, itself or as part of another one, or imports.

    None when nobody can tell: it imports none of them, and no file says what it requires.
    """
    required = set(requirements)
    found = frozenset(
        package
        for package, name in _LIBRARIES.items()
        if any(name == one or (name == "celery" and name in one.split("-")) for one in required)
        or _is_imported(sources, package)
    )
    return found if found or required else None


def _is_imported(sources: Sources, package: str) -> bool:
    statement = re.compile(rb"^[ \t]*(?:from|import)[ \t]+%s\b" % package.encode(), re.MULTILINE)
    return next(sources.matching(statement, package.encode()), None) is not None


def holds_tasks(data: bytes) -> bool:
    """Tell whether a file may define tasks, from its bytes alone."""
    return (b"task" in data or b"@job" in data or b"actor" in data) and _LIKELY.search(
        data
    ) is not None


def has_own_task_class(sources: Sources) -> bool:
    """Tell whether the project gives its Celery app a task class: then Celery leaves out that of its Django support."""
    return any(
        b"celery" in data and _TASK_CLASS.search(data) is not None
        for data in map(sources.data, sources.paths)
        if b"task_cls" in data
    )


def tasks(index: Index, path: str) -> Iterator[Task]:
    """Yield the tasks that a module defines at its top level."""
    for function in index.module(path).functions:
        if function.scope:
            continue
        for decorator in function.decorators:
            if decorator.name.rpartition(".")[2] in _NAMES:
                kind = _kind(index, path, decorator.name)
                yield Task(
                    function.name,
                    index.name(path),
                    path,
                    function.span.line,
                    kind,
                    _parameters(function, decorator),
                )
                break


def _kind(index: Index, path: str, written: str) -> TaskKind:
    """Return the library of a task decorator: by where the name comes from, or by what the object before the dot was made of."""
    dotted = resolve(index, path, written)
    for pattern, kind in _KINDS:
        if pattern.match(dotted):
            return kind
    owner, _, name = written.rpartition(".")
    if not owner:
        return "celery" if name == "shared_task" else "other"
    source = origin(index, resolve(index, path, owner))
    module, rest = split(index, source)
    if module and rest:
        return _made_by(index, index.names.by_name[module], rest)
    if "celery" in source.rpartition(".")[0] or (
        name in ("task", "periodic_task") and owner in ("celery", "celery_app")
    ):
        return "celery"
    return "huey" if "huey" in source.lower() else "other"


def _made_by(index: Index, path: str, name: str) -> TaskKind:
    for assignment in index.module(path).assignments:
        if assignment.target == name and not assignment.scope and assignment.call is not None:
            dotted = resolve(index, path, assignment.call.callee) + "."
            for prefix, kind in _APPS:
                if dotted.startswith(prefix):
                    return kind
            lowered = dotted.lower()
            return "celery" if "celery" in lowered else "huey" if "huey" in lowered else "other"
    return "other"


def _parameters(function: Function, decorator: Decorator) -> tuple[str, ...]:
    """Return the parameters that a caller gives: without the task itself, which a bound one gets first."""
    names = tuple(parameter.kind + parameter.name for parameter in function.parameters)
    bind = decorator.call.argument("bind") if decorator.call is not None else None
    bound = bind is not None and bind.text == "True"
    context = decorator.call.argument("takes_context") if decorator.call is not None else None
    bound = bound or (context is not None and context.text == "True")
    return names[1:] if bound else names
