"""Django's registry compared with the index; each difference has a reason: ``compared(...)``."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from signalgen.chart.labels import ANY, UNKNOWN
from signalgen.values.listing import Registered

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from signalgen.values.live import LiveReceiver, LiveRegistry

_OPEN = "<"


def compared(rows: Sequence[Registered], live: LiveRegistry) -> tuple[Registered, ...]:
    """Return what is connected, in Django's order, then what is only in the code.

    Effects come from the code. ``seen`` says where a row was found, ``reason`` why not in both.
    """
    by_receiver: dict[str, list[Registered]] = defaultdict(list)
    for row in rows:
        by_receiver[_last(row.receiver)].append(row)
    found: list[Registered] = []
    met: set[int] = set()
    for item in live.receivers:
        known = [row for row in by_receiver[_last(item.receiver)] if _is_about(row, item)]
        match = _match(known, item)
        met |= {id(row) for row in match}
        found.append(_living(item, known, match))
    left = [row for row in rows if id(row) not in met]
    return (*found, *(_unmet(row, live) for row in left))


def _is_about(row: Registered, item: LiveReceiver) -> bool:
    # In the code, a package's function has the project's name for it, and a method of an object
    # known only at run time the object's.
    same = item.receiver == row.receiver or item.receiver.endswith(f".{row.receiver}")
    same = same or (bool(row.path) and row.path == item.path)
    return same and (row.signal in item.signals or row.signal == UNKNOWN)


def _last(name: str) -> str:
    return name.rpartition(".")[2]


def _match(known: Sequence[Registered], item: LiveReceiver) -> list[Registered]:
    """Return the rows that match an entry; those with an unknown sender if none does."""
    exact = [row for row in known if row.sender in (item.senders or (ANY,))]
    return exact or [row for row in known if row.sender.startswith(_OPEN)]


def _living(
    item: LiveReceiver, known: Sequence[Registered], match: Sequence[Registered]
) -> Registered:
    sender = item.senders[0] if item.senders else ANY
    if match:
        row = replace(match[0], signal=item.signals[0], sender=sender, uid=item.uid, fates=())
        row = replace(row, receiver=item.receiver)
        words = "; ".join(_doubts(item, match[0]))
        return replace(row, seen="both", reason=words)
    row = Registered(
        path=item.path,
        line=item.line,
        signal=item.signals[0],
        sender=sender,
        receiver=item.receiver,
        app=known[0].app if known else "",
        deeds=known[0].deeds if known else (),
        uid=item.uid,
    )
    return replace(row, seen="running only", reason=_why_unread(item, known))


def _doubts(item: LiveReceiver, row: Registered) -> Iterator[str]:
    if row.sender.startswith(_OPEN):
        yield f"read as {row.sender}: the sender is known only at run time"
    if row.uid.startswith(_OPEN):
        yield f"the dispatch_uid {row.uid} is known only at run time"
    elif row.uid != item.uid:
        yield f"read with the dispatch_uid {row.uid!r}"
    if row.fates:
        yield f"read as {', '.join(row.fates)}"


def _why_unread(item: LiveReceiver, known: Sequence[Registered]) -> str:
    if not item.path:
        return "a package connects it"
    if known:
        senders = ", ".join(sorted({row.sender for row in known}))
        return f"read as connected for {senders} only"
    if item.local:
        return "the function is created at run time"
    return "the code that connects it could not be followed"


def _unmet(row: Registered, live: LiveRegistry) -> Registered:
    return replace(row, seen="read only", reason=_why_unmet(row, live))


def _why_unmet(row: Registered, live: LiveRegistry) -> str:
    if row.fates:
        return f"Django never calls it: {', '.join(row.fates)}"
    if row.app and row.app not in live.apps:
        return f"the app {row.app} is not installed"
    if row.path not in live.files:
        return "its module is not imported"
    if row.signal != UNKNOWN and row.signal not in live.signals:
        return f"{row.signal} is not one of Django's signals"
    if row.condition:
        return f"it is connected only if {row.condition}"
    if any(row.signal in item.signals and row.receiver == item.receiver for item in live.receivers):
        return "it is connected for other senders only"
    return "the code that connects it has not run, or it was disconnected"
