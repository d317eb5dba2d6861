"""How ``--live`` reaches the running project: ``manage.py`` sets ``LIVE``, nothing else does.

``registry`` is what commands ask.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING

from signalgen.errors import Problem, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from signalgen.values.live import LiveRegistry

LIVE: ContextVar[Callable[[], LiveRegistry] | None] = ContextVar("LIVE", default=None)
"""Returns what the process has connected; None outside of a running project."""


def registry(command: str, *, wanted: bool = True) -> LiveRegistry | None:
    """Return what this process has connected, None where that is not wanted.

    Raises UsageError outside of a running project; ``command`` is the one that would be right.
    """
    if not wanted:
        return None
    look = LIVE.get()
    if look is not None:
        return look()
    message = "--live looks into a running project, which only manage.py starts"
    hint = f"run: python manage.py signalgen {command} --live"
    raise UsageError(Problem("", 0, 0, "", "usage", message, hint))
