"""The state of the search for a tree, and its limits: ``Within`` and ``Effort``."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from signalgen.late import dataclass

if TYPE_CHECKING:
    from signalgen.values.index import ModelInfo
    from signalgen.values.live import LiveRegistry

DEEPEST = 6
"""How many events may lead to one another."""
WRITES = {"saves": "save", "creates": "create", "deletes": "delete"}
PASSIVE = {
    "save": "is saved",
    "create": "is created",
    "update": "is changed",
    "delete": "is deleted",
}
EVENTS = tuple(PASSIVE)
MOST_READ = 10_000
"""How many calls are read for one tree; a call counts each time that it is reached."""

Events: TypeAlias = "tuple[tuple[str, str], ...]"
"""Events that led to one another: (sender key or signal or task, event)."""


@dataclass(frozen=True, slots=True)
class Within:
    """The state of the search: the events that led here, and the functions being read.

    In a method of a row, ``own`` is its model and ``name`` the overridden method.
    """

    events: Events
    functions: tuple[int, ...] = ()
    when: tuple[str, ...] = ()
    own: ModelInfo | None = None
    name: str = ""


class Effort:
    """How much is read for one tree: if code branches at every step, the paths never end.

    ``live`` is what the running project has connected, if known.
    """

    def __init__(self, live: LiveRegistry | None = None) -> None:
        self.count = 0
        self.live = live

    @property
    def is_over(self) -> bool:
        """Whether something was left out because the limit was reached."""
        return self.count > MOST_READ

    def goes_on(self) -> bool:
        """Return whether one more call may be looked at, and count it."""
        self.count += 1
        return not self.is_over
