"""Background tasks and the library that each belongs to: a Celery stub in a huey project would be wrong."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from signalgen.facts.tasks import DECORATORS, OTHER
from signalgen.project.resolve import Index, origin, resolve, split
from signalgen.queueing import guessed_library, library_of
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
    """Return the library of a task decorator, empty for any other one.

    It is told by where the name comes from, or by what the object before the dot was made of.
    """
    owner, _, name = written.rpartition(".")
    if name not in DECORATORS:
        return ""
    known = library_of(resolve(index, path, written))
    if known is not None:
        return known.kind
    if name not in OTHER.decorators:
        return ""
    if not owner:
        return guessed_library(name).kind if name == "shared_task" else OTHER.kind
    source = origin(index, resolve(index, path, owner))
    module, rest = split(index, source)
    made = _maker(index, index.names.by_name[module], rest) if module and rest else ""
    found = library_of(made) or (guessed_library(made) if made else guessed_library(source, owner))
    return found.kind


def _maker(index: Index, path: str, name: str) -> str:
    """Return what a module-level name was made by, empty when nothing tells."""
    for assignment in index.module(path).assignments:
        if assignment.target == name and not assignment.scope and assignment.call is not None:
            return resolve(index, path, assignment.call.callee)
    return ""


def _parameters(function: Function, decorator: Decorator) -> tuple[str, ...]:
    """Return the parameters that a caller gives: without the task itself, which a bound one gets first."""
    names = tuple(parameter.kind + parameter.name for parameter in function.parameters)
    bind = decorator.call.argument("bind") if decorator.call is not None else None
    bound = bind is not None and bind.text == "True"
    context = decorator.call.argument("takes_context") if decorator.call is not None else None
    bound = bound or (context is not None and context.text == "True")
    return names[1:] if bound else names
