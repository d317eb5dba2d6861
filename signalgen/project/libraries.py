"""Which task libraries a project requires or imports: ``task_libraries(...)`` is the entry."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from signalgen.late import pattern

if TYPE_CHECKING:
    from collections.abc import Iterable

    from signalgen.project.sources import Sources

_TASK_CLASS = pattern(rb"^[^#\n]*\btask_cls\b[^=\n]*=(?!=)", re.MULTILINE)
_LIBRARIES = {"celery": "celery", "django_tasks": "django-tasks"}
"""Packages that stubs may import, with the names by which requirements call them."""


def task_libraries(sources: Sources, requirements: Iterable[str]) -> frozenset[str] | None:
    """Return which of the packages that stubs may import the project requires or imports.

    A requirement may be part of another package. None when nothing tells: it imports none of them,
    and no file lists its requirements.
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


def has_own_task_class(sources: Sources) -> bool:
    """Return whether the project's Celery app has its own task class instead of Django's."""
    return any(
        b"celery" in data and _TASK_CLASS.search(data) is not None
        for data in map(sources.data, sources.paths)
        if b"task_cls" in data
    )
