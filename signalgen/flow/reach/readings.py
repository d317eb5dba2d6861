"""A function with what the path to it tells about its parameters: ``reading_of``, ``passed``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.flow.objects.objects import What
from signalgen.flow.objects.own import begun, given_row, itself, reading_with, row_classes
from signalgen.flow.reach.handed import handed
from signalgen.index.reading.resolving import method

if TYPE_CHECKING:
    from signalgen.flow.objects.objects import ObjectReading
    from signalgen.flow.reach.reach import Reached
    from signalgen.index import Index
    from signalgen.values.index import FunctionRef


def reading_of(index: Index, item: Reached) -> ObjectReading:
    """Return the function around a call, with parameters filled by the calls that lead to it."""
    if item.via is not None:
        given = passed(reading_of(index, item.via), item.via, item.function)
    else:
        given = dict(begun(index, item.function))
    if item.row:
        given |= given_row(index, item.function, What("row", frozenset([item.row])))
    return reading_with(index, item.function, frozenset(given.items()))


def passed(reading: ObjectReading, item: Reached, target: FunctionRef) -> dict[str, What]:
    """Return the known arguments of a call to the function behind it."""
    call, found = item.call, {}
    for name, node in handed(call, target):
        what = reading.what(node)
        if what is not None and what.models:
            found[name] = what
    owner = call.func.value if isinstance(call.func, ast.Attribute) else None
    if target.cls is not None and owner is not None:
        row = reading.what(owner)
        # In a method of a manager ``self.model`` is the class of its rows.
        if row is not None and row.kind in ("row", "rows"):
            found |= itself(target, row)
    return found


def told_by(index: Index, function: FunctionRef, via: Reached) -> ObjectReading | None:
    """Return a helper with the rows passed to it on the path, None if it is not one."""
    given = passed(reading_of(index, via), via, function)
    if not any(what.kind in ("row", "rows") for what in given.values()) or given == begun(
        index, function
    ):
        return None
    return reading_with(index, function, frozenset(given.items()))


def method_of_row(reading: ObjectReading, call: ast.Call) -> FunctionRef | None:
    """Return the method that a call on a row runs, in a function that is read."""
    func = call.func
    if not isinstance(func, ast.Attribute):
        return None
    for cls in row_classes(reading, func.value):
        found = method(reading.index.code, cls, func.attr)
        if found is not None:
            return found
    return None
