"""What the caller decides about conflicts, deleted symbols and symbols that were there before signalgen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

RESTORE_ALL = "all"
"""Among what is to be restored: everything that was deleted."""


@dataclass(frozen=True, slots=True)
class Policy:
    """``conflict`` says who wins where a person and the spec changed the same thing; ``stop`` leaves the file alone.

    ``restore`` holds ids or names of symbols that a person deleted and that shall come back, or ``all``. ``adopt`` claims symbols that
    were there before signalgen when they are what the spec says.
    """

    conflict: Literal["stop", "keep", "theirs", "markers"] = "stop"
    restore: frozenset[str] = frozenset()
    adopt: bool = False
