"""Who hears a signal from a model, in the order in which Django calls them: ``listeners``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.chart.order import called_order
from signalgen.flow.connections.identity import ANY, keys_of
from signalgen.index.memo import answered_once

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index
    from signalgen.values.index import Connection


def listeners(
    index: Index, signal: str, sender: str = "", field: str = ""
) -> Iterator[tuple[Connection, bool]]:
    """Yield the connections that hear ``signal`` from ``sender``, and whether that is certain.

    ``sender`` is a sender key; without one every connection of the signal counts. ``field`` is a
    many-to-many field of the model, whose through model is the sender.
    """
    through = f"{sender.rpartition('.')[2]}.{field}.through"
    for item in _of_signal(index).get(signal, ()):
        keys = keys_of(index, item)
        if not sender or (keys is not None and ANY in keys):
            yield item, True
        elif keys is None:
            yield item, False
        elif field:
            if any(key.endswith(through) for key in keys):
                yield item, True
        elif sender in keys:
            yield item, True


@answered_once
def _of_signal(index: Index) -> dict[str, list[Connection]]:
    found: dict[str, list[Connection]] = {}
    for item in sorted(index.connections, key=lambda one: called_order(index, one)):
        for signal in item.signals:
            found.setdefault(signal, []).append(item)
    return found
