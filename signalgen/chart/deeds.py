"""What a function does, itself and through its helpers, in words: ``deeds``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.chart.labels import sender_name, signal_name
from signalgen.chart.relating import related_change
from signalgen.facts.services import CACHE_DELETES
from signalgen.facts.tasks import QUEUEING
from signalgen.flow.effects.effects import effect_of
from signalgen.flow.reach.callee import callee
from signalgen.flow.reach.reach import reached
from signalgen.flow.reach.readings import reading_of
from signalgen.flow.rows.objectwrites import IN_BULK, IN_MODELS, row_write
from signalgen.flow.rows.orm import manager_model
from signalgen.flow.rows.writes import write_of
from signalgen.index.memo import answered_once
from signalgen.index.reading.resolving import find_function
from signalgen.index.tasks import is_called, task_library
from signalgen.values.listing import Deed

if TYPE_CHECKING:
    from signalgen.flow.reach.reach import Reached
    from signalgen.index import Index
    from signalgen.values.index import FunctionRef, SignalCall

_QUEUES = "queues"


@answered_once
def deeds(index: Index, function: FunctionRef) -> tuple[Deed, ...]:
    """Return what running a function leads to, in the order of the code, each thing once."""
    found = (deed_of(index, item) for item in reached(index, function))
    return tuple(dict.fromkeys(item for item in found if item is not None))


def deed_of(index: Index, item: Reached) -> Deed | None:
    """Return the effect of a call, None if it has no known effect."""
    write = write_of(index, item.function, item.call)
    if write is not None:
        return Deed(write.verb, write.model.label, item.deferred, write.maybe)
    sent = _sends(index).get(id(item.call))
    if sent is not None:
        return Deed("sends", signal_name(sent.signal), item.deferred)
    func = item.call.func
    if isinstance(func, ast.Attribute) and func.attr in IN_BULK:
        model = manager_model(index, item.function, item.call)
        known = index.model(model) if model else None
        if known is not None:
            return Deed(IN_BULK[func.attr], known.label, item.deferred, bulk=True)
    behind = _on_objects(index, item) or related_change(index, item)
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
    """Return a write to rows from a relation, ``get_model()`` or a package."""
    found = row_write(index, item)
    if found is None:
        return None
    label = _label(index, found.model)
    return Deed(found.verb, label, item.deferred, maybe=found.maybe, bulk=found.bulk)


def _label(index: Index, name: str) -> str:
    """Return a model as ``app.Model``; for a package's model, the app comes from its module."""
    found = IN_MODELS.match(name) if index.model(name) is None else None
    return f"{found['app']}.{found['name']}" if found is not None else sender_name(index, name)


def is_of_rows(index: Index, item: Reached) -> bool:
    """Tell whether a call is made on a manager or queryset, not on a row."""
    func = item.call.func
    what = reading_of(index, item).what(func.value) if isinstance(func, ast.Attribute) else None
    return what is not None and what.kind == "rows"


def task_of(index: Index, item: Reached) -> FunctionRef | None:
    """Return the task of the project that a call queues, None if unknown."""
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
