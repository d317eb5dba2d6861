"""Every registration of a project, with its receiver's effects and whether it ever runs."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.chart.conditions import brief, connected_if
from signalgen.chart.deeds import deeds
from signalgen.chart.fates import fates_of
from signalgen.chart.labels import UNKNOWN, app_of, receiver_name, sender_names, signal_name
from signalgen.flow.connections.identity import uid_of
from signalgen.values.listing import Registered

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index
    from signalgen.values.index import Connection


def registrations(index: Index) -> tuple[Registered, ...]:
    """Return a row for each signal and sender of each registration, in file order."""
    rows = (row for item in index.connections for row in _rows(index, item))
    return tuple(sorted(dict.fromkeys(rows)))


def _rows(index: Index, item: Connection) -> Iterator[Registered]:
    function = item.receiver
    line = getattr(item.call or item.node, "lineno", 1)
    done = deeds(index, function) if function is not None else ()
    condition = connected_if(index, item)
    name = receiver_name(index, item)
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
                fates=fates_of(index, item),
                uid=_uid(index, item),
                condition=condition,
            )


def _uid(index: Index, item: Connection) -> str:
    """Return the ``dispatch_uid``; its source if it is known only at run time."""
    known = uid_of(index, item)
    given = item.uid
    if known is not None or given is None or isinstance(given, ast.Constant):
        return known or ""
    return f"<{brief(given)}>"
