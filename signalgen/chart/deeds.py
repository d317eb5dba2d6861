"""What a function does, itself and through its helpers, in words: ``deeds``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.chart.labels import sender_name, signal_name
from signalgen.facts.tasks import QUEUEING
from signalgen.flow.effects.effects import effect_of
from signalgen.flow.reach.reach import reached
from signalgen.flow.rows.orm import manager_model
from signalgen.flow.rows.writes import write_of
from signalgen.index.memo import answered_once
from signalgen.index.reading.resolving import find_function
from signalgen.index.tasks import task_library
from signalgen.values.listing import Deed

if TYPE_CHECKING:
    from signalgen.flow.reach.reach import Reached
    from signalgen.index import Index
    from signalgen.values.index import FunctionRef, SignalCall

_IN_BULK = {
    "update": "updates",
    "aupdate": "updates",
    "bulk_create": "creates",
    "abulk_create": "creates",
    "bulk_update": "updates",
    "abulk_update": "updates",
}
"""Writes that send no signals, as a verb."""
_QUEUES = "queues"


@answered_once
def deeds(index: Index, function: FunctionRef) -> tuple[Deed, ...]:
    """Return what running a function leads to, in the order of the code, each thing once."""
    found = (_deed(index, item) for item in reached(index, function))
    return tuple(dict.fromkeys(item for item in found if item is not None))


def _deed(index: Index, item: Reached) -> Deed | None:
    write = write_of(index, item.function, item.call)
    if write is not None:
        return Deed(write.verb, write.model.label, item.deferred)
    sent = _sends(index).get(id(item.call))
    if sent is not None:
        return Deed("sends", signal_name(sent.signal), item.deferred)
    func = item.call.func
    if isinstance(func, ast.Attribute) and func.attr in _IN_BULK:
        model = manager_model(index, item.function, item.call)
        known = index.model(model) if model else None
        if known is not None:
            return Deed(_IN_BULK[func.attr], sender_name(index, known.dotted), item.deferred)
    task = _put_off(index, item)
    if task:
        return Deed(_QUEUES, task, waits=True)
    effect = effect_of(index, item)
    if effect is None:
        return None
    if effect.kind == "task":
        return Deed(_QUEUES, _task(effect.name), item.deferred)
    return Deed(effect.verb, waits=item.deferred)


def _put_off(index: Index, item: Reached) -> str:
    # ``on_commit(partial(announce.delay, pk))``: the call in hand is that of on_commit.
    owner, _, method = item.name.rpartition(".")
    if not item.deferred or method not in QUEUEING:
        return ""
    task = find_function(index.code, owner)
    return task.name if task is not None and task_library(index, task) is not None else ""


def _task(name: str) -> str:
    owner, _, method = name.rpartition(".")
    return (owner if owner and method in QUEUEING else name).rpartition(".")[2]


@answered_once
def _sends(index: Index) -> dict[int, SignalCall]:
    return {id(item.call): item for item in index.signal_calls() if "send" in item.method}
