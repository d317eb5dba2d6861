"""What a function does, itself and through its helpers, in words: ``deeds``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.chart.labels import sender_name, signal_name
from signalgen.facts.orm import CREATING, DELETING, SAVING
from signalgen.facts.rownames import CREATING_USERS
from signalgen.facts.services import CACHE_DELETES
from signalgen.facts.tasks import QUEUEING
from signalgen.flow.effects.effects import effect_of
from signalgen.flow.reach.callee import callee
from signalgen.flow.reach.reach import reached
from signalgen.flow.reach.readings import reading_of
from signalgen.flow.rows.orm import manager_model, sends_nothing
from signalgen.flow.rows.writes import write_of
from signalgen.index.members.targets import settled
from signalgen.index.memo import answered_once
from signalgen.index.reading.resolving import find_function
from signalgen.index.tasks import is_called, task_library
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
_WRITES = SAVING | DELETING | CREATING | CREATING_USERS | _IN_BULK.keys()
_QUEUES = "queues"


@answered_once
def deeds(index: Index, function: FunctionRef) -> tuple[Deed, ...]:
    """Return what running a function leads to, in the order of the code, each thing once."""
    found = (deed_of(index, item) for item in reached(index, function))
    return tuple(dict.fromkeys(item for item in found if item is not None))


def deed_of(index: Index, item: Reached) -> Deed | None:
    """Return what a call does, None when that is nothing that reading knows."""
    write = write_of(index, item.function, item.call)
    if write is not None:
        return Deed(write.verb, write.model.label, item.deferred, write.maybe)
    sent = _sends(index).get(id(item.call))
    if sent is not None:
        return Deed("sends", signal_name(sent.signal), item.deferred)
    func = item.call.func
    if isinstance(func, ast.Attribute) and func.attr in _IN_BULK:
        model = manager_model(index, item.function, item.call)
        known = index.model(model) if model else None
        if known is not None:
            return Deed(_IN_BULK[func.attr], known.label, item.deferred, bulk=True)
    behind = _on_objects(index, item)
    if behind is not None:
        return behind
    if _is_put_off(item) and task_of(index, item) is not None:
        return Deed(_QUEUES, _task(item.name), waits=True)
    if CACHE_DELETES.search(item.name):
        return Deed("clears the cache", waits=item.deferred)
    effect = effect_of(index, item)
    if effect is None:
        return None
    if effect.kind == "task":
        return Deed(_QUEUES, _task(effect.name), item.deferred)
    return Deed(effect.verb, waits=item.deferred)


def _on_objects(index: Index, item: Reached) -> Deed | None:
    """Return a write to what a relation, ``get_model()`` or a package gives."""
    func = item.call.func
    if not isinstance(func, ast.Attribute) or func.attr not in _WRITES or sends_nothing(item.call):
        return None
    found = _managed(index, item)
    if found is None:
        what = reading_of(index, item).what(func.value)
        if what is None or what.kind != "row" or len(what.models) != 1:
            return None
        verb = "saves" if func.attr in SAVING else "deletes" if func.attr in DELETING else ""
        label = sender_name(index, next(iter(what.models)))
        return Deed(verb, label, item.deferred) if verb else None
    name, label = func.attr, sender_name(index, found)
    if name in _IN_BULK:
        return Deed(_IN_BULK[name], label, item.deferred, bulk=True)
    verb = "creates" if name in CREATING | CREATING_USERS else "deletes" if name in DELETING else ""
    return Deed(verb, label, item.deferred, maybe="get_or" in name) if verb else None


def _managed(index: Index, item: Reached) -> str | None:
    """Return the dotted model of the rows that a method of Django's managers is called on."""
    func = item.call.func
    if not isinstance(func, ast.Attribute):
        return None
    what = reading_of(index, item).what(func.value)
    if what is None:
        # A model that Django ships, whose names we do not know.
        name = manager_model(index, item.function, item.call)
        return name if name and index.model(name) is None and settled(index, name) == name else None
    own = what.managed.methods
    if what.kind != "rows" or len(what.models) != 1 or own is None:
        return None
    name = next(iter(what.models))
    stock = func.attr in CREATING_USERS and index.models.get(name) is None
    return name if stock or func.attr not in own | CREATING_USERS else None


def task_of(index: Index, item: Reached) -> FunctionRef | None:
    """Return the task of the project that a call queues, None when it is not known."""
    if _is_put_off(item):
        task = find_function(index.code, item.name.rpartition(".")[0])
    elif item.target is not None and is_called(index, item.target):
        return item.target
    else:
        func = item.call.func
        owner = func.value if isinstance(func, ast.Attribute) else func
        task = callee(index, item.function, owner)[1]
    return task if task is not None and task_library(index, task) is not None else None


def _is_put_off(item: Reached) -> bool:
    # ``on_commit(partial(announce.delay, pk))``: the call in hand is that of on_commit.
    return item.deferred and item.name.rpartition(".")[2] in QUEUEING


def _task(name: str) -> str:
    owner, _, method = name.rpartition(".")
    return (owner if owner and method in QUEUEING else name).rpartition(".")[2]


@answered_once
def _sends(index: Index) -> dict[int, SignalCall]:
    return {id(item.call): item for item in index.signal_calls() if "send" in item.method}
