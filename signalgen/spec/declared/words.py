"""The words that keys of a spec take as values, for ``table.py``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from signalgen.values.settings import TestDetail
    from signalgen.values.spec import Send, TaskBackend

RAW: tuple[Literal["skip", "run"], ...] = ("skip", "run")
ON_ERROR: tuple[Literal["raise", "log"], ...] = ("raise", "log")
RECURSION: tuple[Literal["refuse", "guarded"], ...] = ("refuse", "guarded")
SEND: tuple[Send, ...] = ("send", "send_robust", "asend", "asend_robust")
BACKEND: tuple[TaskBackend, ...] = ("celery", "django")
DETAIL: tuple[TestDetail, ...] = ("brief", "full", "none")
HELPERS = ("mute_signals", "cache_invalidator", "connect_receivers")
