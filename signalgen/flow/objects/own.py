"""A function with what it tells itself about its parameters: ``own_reading``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.flow.objects.objects import ObjectReading, What
from signalgen.flow.objects.receiving import received, received_each
from signalgen.index.memo import answered_for_now
from signalgen.index.reading.resolving import find_class

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator, Mapping

    from signalgen.index import Index
    from signalgen.values.index import ClassRef, FunctionRef


@answered_for_now
def reading_with(
    index: Index, function: FunctionRef, given: frozenset[tuple[str, What]]
) -> ObjectReading:
    """Return a function, read with what is ``given`` for its parameters."""
    outer = own_reading(index, function.outer) if function.outer is not None else None
    return ObjectReading(index, function, dict(given), outer)


@answered_for_now
def own_reading(index: Index, function: FunctionRef) -> ObjectReading:
    """Return a function, read as a receiver gets its arguments, or a method of a model its row."""
    return reading_with(index, function, frozenset(begun(index, function).items()))


@answered_for_now
def readings_of(index: Index, function: FunctionRef) -> tuple[ObjectReading, ...]:
    """Return a function as ``own_reading``, a receiver of a few models once for each."""
    receiver = index.receiver_of(function)
    each = received_each(index, receiver) if receiver is not None else ()
    more = (reading_with(index, function, frozenset(given.items())) for given in each)
    return (own_reading(index, function), *more)


@answered_for_now
def begun(index: Index, function: FunctionRef) -> Mapping[str, What]:
    """Return what the parameters of a receiver, or of a method of a model, certainly are."""
    receiver = index.receiver_of(function)
    if receiver is not None:
        return received(index, receiver)
    model = (
        index.models.get(f"{function.module}.{function.cls.name}")
        if function.cls is not None
        else None
    )
    if model is None or model.abstract:
        return {}
    return itself(function, What("row", frozenset([model.dotted])))


def itself(function: FunctionRef, row: What) -> dict[str, What]:
    """Return the row as the first parameter of a method."""
    arguments = [*function.node.args.posonlyargs, *function.node.args.args]
    return {arguments[0].arg: row} if arguments else {}


def given_row(index: Index, function: FunctionRef, row: What) -> dict[str, What]:
    """Return the row that a receiver, or a method of a model, is called for."""
    if index.receiver_of(function) is None:
        return itself(function, row)
    return {"instance": row, "sender": What("class", row.models)}


def row_models(index: Index, function: FunctionRef, node: ast.expr) -> tuple[str, ...]:
    """Return the dotted models of the row that an expression certainly is; none otherwise."""
    return models_of_row(own_reading(index, function), node)


def models_of_row(reading: ObjectReading, node: ast.expr) -> tuple[str, ...]:
    """Return the models of the row that an expression of a function that is read certainly is."""
    what = reading.what(node)
    if what is None or what.kind != "row":
        return ()
    return tuple(sorted(what.models))


def row_classes(reading: ObjectReading, node: ast.expr) -> Iterator[ClassRef]:
    """Yield the classes, of the project, of the row that an expression certainly is."""
    for name in models_of_row(reading, node):
        cls = find_class(reading.index.code, name)
        if cls is not None:
            yield cls
