"""Background tasks and the library that each belongs to: a Celery stub in a huey project would be wrong."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from signalgen.facts.tasks import DECORATORS
from signalgen.project.resolve import Index, origin, resolve, split
from signalgen.queueing import library_of_decorator
from signalgen.values.project import Task

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from signalgen.project.sources import Sources
    from signalgen.values.source import Decorator, Function

_TASK_CLASS = re.compile(rb"^[^#\n]*\btask_cls\b[^=\n]*=(?!=)", re.MULTILINE)
_NAMES = [name.encode() for name in sorted(DECORATORS)]
_LIKELY = re.compile(rb"^[ \t]*@(?:[\w.]+\.)?(?:%s)\b" % b"|".join(_NAMES), re.MULTILINE)
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
    return any(name in data for name in _NAMES) and _LIKELY.search(data) is not None


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
            if kind := _kind(index, path, decorator.name):
                yield Task(
                    function.name,
                    index.name(path),
                    path,
                    function.span.line,
                    kind,
                    _parameters(function, decorator),
                )
                break


def _kind(index: Index, path: str, written: str) -> str:
    """Return the library of a task decorator, empty for any other one."""

    def maker(owner: str) -> str:
        module, name = split(index, origin(index, resolve(index, path, owner)))
        where = index.names.by_name[module] if module and name else ""
        for assignment in index.module(where).assignments if where else ():
            if assignment.target == name and not assignment.scope and assignment.call is not None:
                return resolve(index, where, assignment.call.callee)
        return ""

    if written.rpartition(".")[2] not in DECORATORS:
        return ""
    library = library_of_decorator(written, resolve(index, path, written), maker)
    return library.kind if library is not None else ""


def _parameters(function: Function, decorator: Decorator) -> tuple[str, ...]:
    """Return the parameters that a caller gives: without the task itself, which a bound one gets first."""
    names = tuple(parameter.kind + parameter.name for parameter in function.parameters)
    bind = decorator.call.argument("bind") if decorator.call is not None else None
    bound = bind is not None and bind.text == "True"
    context = decorator.call.argument("takes_context") if decorator.call is not None else None
    bound = bound or (context is not None and context.text == "True")
    return names[1:] if bound else names
