"""The names that are certainly wrong in receivers, new code and what they call."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.flow.objects.objects import ObjectReading
from signalgen.flow.objects.receiving import received
from signalgen.flow.reach.reach import reached
from signalgen.flow.reach.readings import passed
from signalgen.flow.rows.unknown import unknown_names

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from signalgen.flow.objects.objects import What
    from signalgen.flow.reach.reach import Reached
    from signalgen.flow.rows.unknown import Unknown
    from signalgen.index import Index
    from signalgen.values.index import FunctionRef


def named_wrongly(index: Index) -> Iterator[Unknown]:
    """Yield each name once, however many receivers lead to it."""
    seen: set[int] = set()
    read: set[tuple[int, frozenset[tuple[str, What]]]] = set()
    for function, given in _begun(index):
        for reading in _entered(index, function, given):
            key = id(reading.function.node), frozenset(reading.given.items())
            if key in read:
                continue
            read.add(key)
            for item in unknown_names(reading):
                if id(item.node) not in seen:
                    seen.add(id(item.node))
                    yield item


def _begun(index: Index) -> Iterator[tuple[FunctionRef, Mapping[str, What]]]:
    for receiver in index.receivers:
        yield receiver.function, received(index, receiver)
    # New code that is no receiver: tasks, senders, what a recipe defines.
    for path, names in (index.focus or {}).items():
        for node in index.code.functions_at_top(path):
            function = index.code.function_ref(path, node)
            if node.name in names and index.receiver_of(function) is None:
                yield function, {}


def _entered(
    index: Index, function: FunctionRef, given: Mapping[str, What]
) -> Iterator[ObjectReading]:
    """Yield a function and the helpers below it, with what their parameters are."""
    begun = ObjectReading(index, function, given)
    yield begun
    readings: dict[Reached | None, ObjectReading] = {None: begun}
    for item in reached(index, function):
        target = item.target
        if target is None or isinstance(target.node, ast.Lambda) or item.via not in readings:
            continue
        readings[item] = ObjectReading(index, target, passed(readings[item.via], item, target))
        yield readings[item]
