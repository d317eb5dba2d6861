"""Which task libraries a project requires or imports: ``task_libraries(...)`` is the entry."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from signalgen.late import pattern

if TYPE_CHECKING:
    from collections.abc import Iterable

    from signalgen.project.sources import Sources

_TASK_CLASS = pattern(rb"^[^#\n]*\btask_cls\b[^=\n]*=(?!=)", re.MULTILINE)
_LIBRARIES = {
    "celery": ("celery",),
    "django_tasks": ("django-tasks",),
    "huey": ("huey",),
    "dramatiq": ("dramatiq", "django-dramatiq"),
    "django_rq": ("django-rq",),
    "rq": ("rq",),
    "procrastinate": ("procrastinate",),
    "taskiq": ("taskiq",),
    "arq": ("arq",),
    "django_q": ("django-q2", "django-q"),
    "background_task": ("django-background-tasks",),
}
"""Packages of task queues, with their names in requirements."""
_IMPORTED = pattern(
    rb"^[ \t]*(?:from|import)[ \t]+(%s)\b" % b"|".join(name.encode() for name in _LIBRARIES),
    re.MULTILINE,
)
_NEEDLES = tuple(sorted({name.encode() for name in _LIBRARIES if "rq" not in name} | {b"rq"}))


def task_libraries(sources: Sources, requirements: Iterable[str]) -> frozenset[str] | None:
    """Return which packages of task queues the project requires or imports.

    A requirement may be part of another package. None if unknown: it imports none of them, and no
    file lists its requirements.
    """
    required = set(requirements)
    found = {
        package
        for package, names in _LIBRARIES.items()
        if any(
            one in names or (package == "celery" and "celery" in one.split("-")) for one in required
        )
    }
    found |= {
        match[1].decode()
        for path in sources.paths
        if any(needle in sources.data(path) for needle in _NEEDLES)
        for match in _IMPORTED.finditer(sources.data(path))
    }
    return frozenset(found) if found or required else None


def has_own_task_class(sources: Sources) -> bool:
    """Return whether the project's Celery app has its own task class instead of Django's."""
    return any(
        b"celery" in data and _TASK_CLASS.search(data) is not None
        for data in map(sources.data, sources.paths)
        if b"task_cls" in data
    )
