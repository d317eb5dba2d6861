"""Who hears a signal from a model, in the order in which Django calls them: ``listeners``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.chart.fates import fates_of
from signalgen.chart.order import called_order
from signalgen.flow.connections.identity import ANY, function_key, keys_of, uid_of
from signalgen.index.memo import answered_once

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index
    from signalgen.values.index import Connection


def listeners(
    index: Index, signal: str, sender: str = "", field: str = ""
) -> Iterator[tuple[Connection, bool]]:
    """Yield the connections that hear ``signal`` from ``sender``, and whether that is certain.

    Those that Django never calls are left out, and what is connected twice is there once.
    ``sender`` is a sender key; without one every connection of the signal counts. ``field`` is a
    many-to-many field of the model, whose through model is the sender.
    """
    seen: set[tuple[str, str]] = set()
    for item in _of_signal(index).get(signal, ()):
        keys = keys_of(index, item)
        key = _heard(keys, sender, field) if keys is not None else None
        if keys is not None and key is None:
            continue
        identity = uid_of(index, item) or function_key(index, item)
        if key is not None and identity is not None:
            if (identity, key) in seen:
                continue
            seen.add((identity, key))
        yield item, keys is not None


def _heard(keys: frozenset[str], sender: str, field: str) -> str | None:
    """Return the sender by which a connection hears, None where it does not."""
    if not sender or ANY in keys:
        return ANY
    if field:
        through = f"{sender.rpartition('.')[2]}.{field}.through"
        return next((key for key in keys if key.endswith(through)), None)
    return sender if sender in keys else None


@answered_once
def _of_signal(index: Index) -> dict[str, list[Connection]]:
    found: dict[str, list[Connection]] = {}
    for item in sorted(index.connections, key=lambda one: called_order(index, one)):
        if fates_of(index, item):
            continue
        for signal in item.signals:
            found.setdefault(signal, []).append(item)
    return found
