"""The receivers of a signal from a model, in Django's calling order: ``listeners``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.chart.fates import fates_of
from signalgen.chart.order import called_order
from signalgen.flow.connections.identity import ANY, function_key, keys_of, uid_of
from signalgen.index.members.reverse import line_of
from signalgen.index.memo import answered_once
from signalgen.index.reading.resolving import resolve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index
    from signalgen.values.index import Connection


def listeners(
    index: Index, signal: str, sender: str = "", field: str = ""
) -> Iterator[tuple[Connection, bool]]:
    """Yield the connections for ``signal`` from ``sender``, and whether each is certain.

    Receivers that Django never calls are left out; one that is connected twice appears once.
    ``sender`` is a sender key; without it every connection of the signal counts. ``field`` is a
    many-to-many field of the model, whose through model is the sender.
    """
    senders = senders_of(index, sender, field)
    seen: set[tuple[str, str]] = set()
    for item in _of_signal(index).get(signal, ()):
        keys = keys_of(index, item)
        key = _heard(keys, senders) if keys is not None else None
        if keys is not None and key is None:
            continue
        identity = uid_of(index, item) or function_key(index, item)
        if key is not None and identity is not None:
            if (identity, key) in seen:
                continue
            seen.add((identity, key))
        yield item, keys is not None


def senders_of(index: Index, sender: str, field: str = "") -> set[str]:
    """Return an event's sender keys: of a model, or its many-to-many field; none for any."""
    return _throughs(index, sender, field) if field else {sender} - {""}


def _heard(keys: frozenset[str], senders: set[str]) -> str | None:
    """Return the sender that makes a connection match, None if none does."""
    if not senders or ANY in keys:
        return ANY
    return next(iter(keys & senders), None)


def _throughs(index: Index, sender: str, field: str) -> set[str]:
    """Return the sender keys of a many-to-many field; child models share them."""
    model = index.model(sender)
    if model is None:
        return {f"{sender}.{field}.through"}
    found = {f"{name}.{field}.through" for name in line_of(model)}
    relation = model.field(field)
    through = relation.through if relation is not None else None
    if through:
        names = (
            through,
            f"{model.app_label}.{through}",
            resolve(index.code, model.cls.path, through),
        )
        found |= {own.dotted for name in names if (own := index.model(name)) is not None}
    return found


@answered_once
def _of_signal(index: Index) -> dict[str, list[Connection]]:
    found: dict[str, list[Connection]] = {}
    for item in sorted(index.connections, key=lambda one: called_order(index, one)):
        if fates_of(index, item):
            continue
        for signal in item.signals:
            found.setdefault(signal, []).append(item)
    return found
