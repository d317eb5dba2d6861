"""Why Django never calls a receiver, according to the rules of ``check``: ``fates_of``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.check import Choice, located
from signalgen.index.memo import answered_once

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index
    from signalgen.values.index import Connection
    from signalgen.values.listing import Fate

_NOT_LOADED, _COLLECTED, _SHADOWED = "SG103", "SG104", "SG109"


def fates_of(index: Index, item: Connection) -> tuple[Fate, ...]:
    """Return why Django never calls the receiver of a registration, empty if it may."""
    return tuple(_fates(index).of(item))


@answered_once
def _fates(index: Index) -> _Fates:
    return _Fates(index)


class _Fates:
    """The findings of the rules about receivers that are never called, for the whole project."""

    def __init__(self, index: Index) -> None:
        chosen = Choice(select=(_NOT_LOADED, _COLLECTED, _SHADOWED))
        self.unloaded: set[str] = set()
        self.collected: set[int] = set()
        self.shadowed: set[tuple[str, int]] = set()
        for finding, node in located(index, chosen, frozenset()):
            # What requests load is called, if not in every process.
            if finding.code == _NOT_LOADED and finding.severity == "error":
                self.unloaded.add(finding.path)
            if finding.code == _COLLECTED:
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
        if function is not None and (function.path, function.node.lineno) in self.shadowed:
            yield "shadowed"
