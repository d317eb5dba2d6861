"""Every registration of a project, with what its receiver does and what becomes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.chart.deeds import deeds
from signalgen.chart.labels import UNKNOWN, app_of, sender_names, signal_name
from signalgen.check import Choice, located
from signalgen.flow.connections.identity import uid_of
from signalgen.values.listing import Registered

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index
    from signalgen.values.index import Connection
    from signalgen.values.listing import Fate

_NOT_LOADED, _COLLECTED, _SHADOWED = "SG103", "SG104", "SG109"


def registrations(index: Index) -> tuple[Registered, ...]:
    """Return a row for each signal and sender of each registration, in the order of the files."""
    fates = _Fates(index)
    rows = (row for item in index.connections for row in _rows(index, item, fates))
    return tuple(sorted(dict.fromkeys(rows)))


def _rows(index: Index, item: Connection, fates: _Fates) -> Iterator[Registered]:
    function = item.receiver
    line = getattr(item.call or item.node, "lineno", 1)
    done = deeds(index, function) if function is not None else ()
    name = function.dotted if function is not None else item.written
    for signal in item.signals or (UNKNOWN,):
        for sender in sender_names(index, item):
            yield Registered(
                path=item.path,
                line=line,
                signal=signal_name(signal),
                sender=sender,
                receiver=name,
                app=app_of(index, item.path),
                deeds=done,
                fates=tuple(fates.of(item)),
                uid=uid_of(index, item) or "",
            )


class _Fates:
    """The rules that say that a receiver is never called, asked once for the whole project."""

    def __init__(self, index: Index) -> None:
        chosen = Choice(select=(_NOT_LOADED, _COLLECTED, _SHADOWED))
        self.unloaded: set[str] = set()
        self.collected: set[int] = set()
        self.shadowed: set[tuple[str, int]] = set()
        for finding, node in located(index, chosen, frozenset()):
            if finding.code == _NOT_LOADED:
                self.unloaded.add(finding.path)
            elif finding.code == _COLLECTED:
                self.collected.add(id(node))
            elif finding.code == _SHADOWED:
                self.shadowed.add((finding.path, finding.line))

    def of(self, item: Connection) -> Iterator[Fate]:
        """Yield why Django never calls the receiver of a registration."""
        if item.path in self.unloaded and item.scope is None:
            yield "not loaded"
        if id(item.node) in self.collected:
            yield "collected at once"
        function = item.receiver
        if function is not None and (function.path, _name_line(function)) in self.shadowed:
            yield "shadowed"


def _name_line(function: object) -> int:
    node = getattr(function, "node", None)
    return int(getattr(node, "lineno", 0))
