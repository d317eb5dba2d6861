"""How ``--live`` reaches the running project: only ``manage.py`` sets ``LIVE``.

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
"""Returns what the process has connected; None outside a running project."""


def registry(command: str, *, wanted: bool = True) -> LiveRegistry | None:
    """Return what this process has connected, None if that is not wanted.

    Raises UsageError outside a running project; ``command`` is the one to use instead.
    """
    if not wanted:
        return None
    look = LIVE.get()
    if look is not None:
        return look()
    message = "--live needs a running project, which only manage.py starts"
    hint = f"run: python manage.py signalgen {command} --live"
    raise UsageError(Problem("", 0, 0, "", "usage", message, hint))
