"""How ``--live`` reaches the running project: ``manage.py`` sets ``LIVE``, nothing else does."""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from signalgen.values.live import LiveRegistry

LIVE: ContextVar[Callable[[], LiveRegistry] | None] = ContextVar("LIVE", default=None)
"""Returns what the process has connected; None outside of a running project."""
