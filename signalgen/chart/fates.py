"""Why Django never calls a receiver, as the rules of ``check`` tell: ``fates_of``."""

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
    """Return why Django never calls the receiver of a registration, empty where it may."""
    return tuple(_fates(index).of(item))


@answered_once
def _fates(index: Index) -> _Fates:
    return _Fates(index)


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
        if function is not None and (function.path, function.node.lineno) in self.shadowed:
            yield "shadowed"
