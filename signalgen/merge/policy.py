"""``Policy``: what to do about conflicts, deleted symbols and symbols older than signalgen."""

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
    """What to do where a person and the spec disagree.

    ``conflict`` says who wins where both changed the same thing; ``stop`` leaves the file alone.
    ``restore`` holds ids or names of deleted symbols to bring back, or ``all``. ``adopt`` claims
    existing symbols that are what the spec says; ``there`` are the ids of receivers that the
    project has under the name, for the signals and from the senders of the spec. ``changed`` are
    the specs that say something new since the last run; where a spec does not, edited tests stay
    without being asked for. ``spared`` are unedited symbols that edited ones need as they are,
    though the spec has dropped or changed them: by id, the name of one that needs it.
    """

    conflict: Conflict = "stop"
    restore: frozenset[str] = frozenset()
    adopt: bool = False
    there: frozenset[str] = frozenset()
    changed: frozenset[str] = frozenset()
    spared: Mapping[str, str] = field(default_factory=dict)
