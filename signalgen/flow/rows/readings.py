"""A function read with what the way there says of its parameters: ``reading_of``, ``passed``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.flow.reach.arguments import handed
from signalgen.flow.rows.objects import ObjectReading, What
from signalgen.flow.rows.receiving import received
from signalgen.index.memo import answered_once

if TYPE_CHECKING:
    from collections.abc import Mapping

    from signalgen.flow.reach.reach import Reached
    from signalgen.index import Index
    from signalgen.values.index import FunctionRef


def reading_of(index: Index, item: Reached) -> ObjectReading:
    """Return the function around a call, read as the calls that lead to it fill its parameters."""
    if item.via is not None:
        given: Mapping[str, What] = passed(reading_of(index, item.via), item.via, item.function)
    else:
        given = _begun(index, item.function)
    return _reading(index, item.function, frozenset(given.items()))


@answered_once
def _reading(
    index: Index, function: FunctionRef, given: frozenset[tuple[str, What]]
) -> ObjectReading:
    return ObjectReading(index, function, dict(given))


@answered_once
def _begun(index: Index, function: FunctionRef) -> Mapping[str, What]:
    receiver = index.receiver_of(function)
    if receiver is not None:
        return received(index, receiver)
    model = (
        index.models.get(f"{function.module}.{function.cls.name}")
        if function.cls is not None
        else None
    )
    if model is None:
        return {}
    return _itself(function, What("row", frozenset([model.dotted])))


def passed(reading: ObjectReading, item: Reached, target: FunctionRef) -> dict[str, What]:
    """Return what a call that is read passes to the function behind it."""
    call, found = item.call, {}
    for name, node in handed(call, target):
        what = reading.what(node)
        if what is not None and what.models:
            found[name] = what
    owner = call.func.value if isinstance(call.func, ast.Attribute) else None
    if target.cls is not None and owner is not None:
        row = reading.what(owner)
        if row is not None and row.kind == "row":
            found |= _itself(target, row)
    return found


def _itself(function: FunctionRef, row: What) -> dict[str, What]:
    arguments = [*function.node.args.posonlyargs, *function.node.args.args]
    return {arguments[0].arg: row} if arguments else {}
