"""The run of ``signalgen list``: from a project to the rows that are wanted. Entry: ``listing``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from signalgen.chart.living import compared
from signalgen.chart.registrations import registrations
from signalgen.chart.signals import signals
from signalgen.chart.tasks import tasks
from signalgen.index import build_index
from signalgen.late import dataclass
from signalgen.roomy import roomy
from signalgen.values.listing import DefinedSignal, DefinedTask, Registered

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from signalgen.errors import Problem
    from signalgen.index import Index
    from signalgen.project.survey import Survey
    from signalgen.values.listing import Row
    from signalgen.values.live import LiveRegistry

Kind = Literal["registrations", "signals", "tasks"]

_TABLES: Mapping[Kind, Callable[[Index], Sequence[Row]]] = {
    "registrations": registrations,
    "signals": signals,
    "tasks": tasks,
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows are wanted; empty fields do not filter.

    ``paths`` are files and folders relative to the project. A name may be given in full or by its
    last parts, ignoring case: ``order``, ``orders.Order``, ``on_order_saved``. ``live`` is what the
    running project has connected, for comparison.
    """

    kind: Kind = "registrations"
    paths: tuple[str, ...] = ()
    app: str = ""
    signal: str = ""
    sender: str = ""
    receiver: str = ""
    unloaded: bool = False
    live: LiveRegistry | None = None


@dataclass(frozen=True, slots=True)
class Inventory:
    """The rows of one kind, their number without the filters, and the unread files."""

    kind: Kind
    rows: tuple[Row, ...]
    all: int
    skipped: tuple[Problem, ...] = ()


@roomy
def listing(survey: Survey, wanted: Wanted) -> Inventory:
    """Return the wanted rows of the project of ``survey``, in the order of the files."""
    index = build_index(survey)
    rows = tuple(_TABLES[wanted.kind](index))
    if wanted.live is not None:
        rows = compared(registrations(index), wanted.live)
    kept = tuple(row for row in rows if _is_wanted(row, wanted))
    return Inventory(wanted.kind, kept, len(rows), index.broken())


def _is_wanted(row: Row, wanted: Wanted) -> bool:
    if wanted.paths and not any(_lies_in(row.path, path) for path in wanted.paths):
        return False
    if wanted.unloaded and not (isinstance(row, Registered) and row.fates):
        return False
    return all(
        any(_means(text, name) for name in names)
        for text, names in (
            (wanted.app, (row.app,)),
            (wanted.signal, _signals(row)),
            (wanted.sender, _senders(row)),
            (wanted.receiver, _receivers(row)),
        )
        if text
    )


def _lies_in(path: str, folder: str) -> bool:
    return folder in (".", path) or path.startswith(f"{folder.rstrip('/')}/")


def _means(text: str, name: str) -> bool:
    text, name = text.lower(), name.lower()
    return name == text or name.endswith(f".{text}")


def _signals(row: Row) -> tuple[str, ...]:
    if isinstance(row, Registered):
        return (row.signal,)
    return (row.signal,) if isinstance(row, DefinedSignal) else ()


def _senders(row: Row) -> tuple[str, ...]:
    if isinstance(row, Registered):
        return (row.sender,)
    return tuple(item.function for item in row.senders) if isinstance(row, DefinedSignal) else ()


def _receivers(row: Row) -> tuple[str, ...]:
    if isinstance(row, Registered):
        return (row.receiver,)
    return row.queued_by if isinstance(row, DefinedTask) else row.receivers
