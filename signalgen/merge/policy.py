"""``Policy``: how to treat conflicts, deleted symbols and symbols older than signalgen."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Literal

from signalgen.late import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

Conflict = Literal["stop", "keep", "theirs", "markers"]
RESTORE_ALL = "all"
"""The value of ``restore`` that stands for everything that was deleted."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What to do if a person and the spec disagree.

    ``conflict`` says who wins if both changed the same thing; ``stop`` leaves the file alone.
    ``restore`` holds ids or names of deleted symbols to bring back, or ``all``. ``adopt`` takes
    over existing symbols that match the spec; ``there`` are the ids of receivers that the project
    has with the spec's name, signals and senders. ``changed`` are the specs that have changed since
    the last run; edited tests of the others stay without a conflict. ``spared`` are unedited
    symbols that edited ones need, though the spec has dropped or changed them: by id, the name of
    one that needs it.
    """

    conflict: Conflict = "stop"
    restore: frozenset[str] = frozenset()
    adopt: bool = False
    there: frozenset[str] = frozenset()
    changed: frozenset[str] = frozenset()
    spared: Mapping[str, str] = field(default_factory=dict)
