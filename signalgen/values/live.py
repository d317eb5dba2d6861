"""What a running project has connected, and how that compares with what was read of its code."""

from __future__ import annotations

from dataclasses import field

from signalgen.late import dataclass


@dataclass(frozen=True, slots=True)
class LiveReceiver:
    """One entry of Django's registry, in the order in which Django calls them.

    ``signals`` and ``senders`` are the names by which code may call the same object, the usual one
    first; ``senders`` is empty for every sender. ``path`` is relative to the project, empty for
    code outside of it. ``local``: the function was made while the project ran.
    """

    signals: tuple[str, ...]
    senders: tuple[str, ...]
    receiver: str
    path: str
    line: int
    uid: str = ""
    local: bool = False


@dataclass(frozen=True, slots=True)
class LiveRegistry:
    """All that is connected, the project's files that were imported, the labels of its apps.

    ``signals`` are the names of all signals that there are, connected to or not.
    """

    receivers: tuple[LiveReceiver, ...]
    files: frozenset[str] = field(default_factory=frozenset)
    apps: frozenset[str] = field(default_factory=frozenset)
    signals: frozenset[str] = field(default_factory=frozenset)
