"""Whether any receiver runs when a row is saved or deleted: ``is_heard``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.chart.listeners import listeners
from signalgen.chart.packages import is_kept
from signalgen.chart.registry import heard_live
from signalgen.flow.function.signature import MODEL_SIGNALS

if TYPE_CHECKING:
    from signalgen.index import Index
    from signalgen.values.live import LiveRegistry


def is_heard(index: Index, live: LiveRegistry | None, sender: str, verb: str) -> bool:
    """Tell whether a receiver runs when rows of ``sender`` are saved, or deleted.

    Receivers of packages that listen to every model do not count; ``live`` is the running project,
    if known.
    """
    kind = "delete" if verb == "deletes" else "save"
    if live is not None:
        names = (f"{MODEL_SIGNALS}{moment}_{kind}" for moment in ("pre", "post"))
        found = (heard_live(index, live, name, [sender]) for name in names)
        return any(item.path or item.senders for items in found for item in items)
    return any(
        any(listeners(index, f"{MODEL_SIGNALS}{name}", sender)) or is_kept(index, name, sender)
        for name in (f"pre_{kind}", f"post_{kind}")
    )
