"""What a running project has connected."""

from __future__ import annotations

from dataclasses import field

from signalgen.late import dataclass


@dataclass(frozen=True, slots=True)
class LiveReceiver:
    """One entry of Django's registry; entries are in Django's calling order.

    ``signals`` and ``senders`` are the names of the same object in code, the usual one first;
    ``senders`` is empty for every sender. ``path`` is relative to the project, empty for code
    outside it. ``local``: the function was created at run time.
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
    """All connected receivers, the project's imported files, the labels of its apps.

    ``signals`` are the names of all signals, with receivers or without.
    """

    receivers: tuple[LiveReceiver, ...]
    files: frozenset[str] = field(default_factory=frozenset)
    apps: frozenset[str] = field(default_factory=frozenset)
    signals: frozenset[str] = field(default_factory=frozenset)
