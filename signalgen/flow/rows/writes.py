"""The model that a receiver or helper writes to, whose signals are sent: ``write_of``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Literal

from signalgen.dotted import dotted
from signalgen.facts.orm import CREATING, DELETING, NEW_ROWS, ONE_ROW, SAVING
from signalgen.flow.function.signature import names_of
from signalgen.flow.objects.own import row_models
from signalgen.flow.reach.callee import class_of
from signalgen.flow.rows.orm import manager_model
from signalgen.flow.rows.partial import may_send_nothing, sends_nothing
from signalgen.index.reading.listed import assigned_value
from signalgen.index.reading.resolving import resolve
from signalgen.index.reading.walking import Notes, nodes_in
from signalgen.late import dataclass

if TYPE_CHECKING:
    from signalgen.index import Index
    from signalgen.values.index import FunctionRef, ModelInfo

Verb = Literal["saves", "creates", "deletes"]

_DEEPEST = 4
_SHORTCUTS = frozenset({"get_object_or_404", "aget_object_or_404"})
_WRAPPING = frozenset({"list", "tuple", "set", "sorted", "reversed", "iter"})
_NO_ROWS = frozenset({"values", "values_list", "in_bulk", "ain_bulk"})
_LOOPED = Notes[dict[str, list[ast.expr]]]("looped over")
"""The iterables of a function's loops, by the name that they set."""


@dataclass(frozen=True, slots=True)
class Write:
    """A write that sends signals. ``maybe``: whether it writes depends on the database.

    ``many``: it writes the rows that a queryset finds.
    """

    verb: Verb
    model: ModelInfo
    maybe: bool = False
    many: bool = False


def write_of(index: Index, function: FunctionRef, call: ast.Call) -> Write | None:
    """Return the write that a call makes, None if it makes none, sends no signal or is unknown."""
    func = call.func
    if not isinstance(func, ast.Attribute) or sends_nothing(index, function, call):
        return None
    name = func.attr
    if name in SAVING:
        model = model_of(index, function, func.value)
        made = isinstance(_value(function, func.value), ast.Call) and _is_new(
            index, function, func.value
        )
        return Write("creates" if made else "saves", model) if model is not None else None
    # `row.delete()` and `Model.objects.filter().delete()` both send for each row.
    if name in DELETING:
        row = model_of(index, function, func.value)
        model = row or _managed(index, function, call)
        return Write("deletes", model, many=row is None) if model is not None else None
    if name in CREATING:
        model = _managed(index, function, call)
        return Write("creates", model, maybe=may_send_nothing(call)) if model is not None else None
    return None


def _managed(index: Index, function: FunctionRef, call: ast.Call) -> ModelInfo | None:
    name = manager_model(index, function, call)
    return index.model(name) if name else None


def _value(function: FunctionRef, node: ast.expr) -> ast.expr | None:
    return assigned_value(function, node.id) if isinstance(node, ast.Name) else node


def _is_new(index: Index, function: FunctionRef, node: ast.expr) -> bool:
    value = _value(function, node)
    written = dotted(value.func) if isinstance(value, ast.Call) else ""
    return (
        bool(written)
        and index.models.get(resolve(index.code, function.path, written, function)) is not None
    )


def model_of(index: Index, function: FunctionRef, node: ast.expr) -> ModelInfo | None:
    """Return the model of the row that an expression in a function certainly is."""
    found = _model_of(index, function, node, 0)
    if found is not None:
        return found
    models = row_models(index, function, node)
    return index.models.get(models[0]) if len(models) == 1 else None


def _model_of(index: Index, function: FunctionRef, node: ast.expr, depth: int) -> ModelInfo | None:
    if depth > _DEEPEST:
        return None
    if isinstance(node, (ast.Await, ast.NamedExpr)):
        return _model_of(index, function, node.value, depth)
    if isinstance(node, ast.Subscript):
        return _of_item(index, function, node)
    if isinstance(node, ast.Name):
        return _of_name(index, function, node.id, depth)
    if isinstance(node, ast.Attribute):
        owner = _model_of(index, function, node.value, depth + 1)
        field = owner.field(node.attr) if owner is not None else None
        if field is None or field.kind not in ("fk", "one_to_one") or not field.target:
            return None
        return index.model(field.target)
    if isinstance(node, ast.Call):
        if isinstance(node.func, ast.Attribute) and node.func.attr in ONE_ROW | NEW_ROWS:
            return _managed(index, function, node)
        written = dotted(node.func)
        if written.rpartition(".")[2] in _SHORTCUTS and node.args:
            return _of_rows(index, function, node.args[0])
        return _named(index, function, written)
    return None


def _named(index: Index, function: FunctionRef, written: str) -> ModelInfo | None:
    if not written:
        return None
    return index.models.get(resolve(index.code, function.path, written, function))


def _of_item(index: Index, function: FunctionRef, node: ast.Subscript) -> ModelInfo | None:
    sign = node.slice.operand if isinstance(node.slice, ast.UnaryOp) else node.slice
    if not isinstance(sign, ast.Constant) or not isinstance(sign.value, int):
        return None
    return _of_rows(index, function, node.value)


def _of_rows(
    index: Index, function: FunctionRef, node: ast.expr, depth: int = 0
) -> ModelInfo | None:
    """Return the model of each of the rows that an expression certainly is, or of a model class."""
    if isinstance(node, ast.Name) and depth <= _DEEPEST:
        value = assigned_value(function, node.id)
        if value is not None:
            return _of_rows(index, function, value, depth + 1)
    if not isinstance(node, ast.Call):
        return _named(index, function, dotted(node))
    if isinstance(node.func, ast.Name):
        wraps = node.func.id in _WRAPPING and node.args
        return _of_rows(index, function, node.args[0], depth + 1) if wraps else None
    # These give no rows, but tuples, dicts or a mapping.
    other = isinstance(node.func, ast.Attribute) and node.func.attr in _NO_ROWS | ONE_ROW
    return None if other else _managed(index, function, node)


def _of_name(index: Index, function: FunctionRef, name: str, depth: int) -> ModelInfo | None:
    receiver = index.receiver_of(function)
    if receiver is not None and name in names_of(function, "instance"):
        models = {
            found.dotted: found
            for item in receiver.senders
            if (found := index.model(item)) is not None
        }
        return models.popitem()[1] if len(models) == 1 == len(receiver.senders) else None
    cls = class_of(index, function, name)
    if cls:
        return index.models.get(cls)
    arguments = function.node.args
    for item in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]:
        if item.arg == name:
            return _annotated(index, function, item.annotation)
    value = assigned_value(function, name)
    if value is not None:
        return _model_of(index, function, value, depth + 1)
    return _of_loop(index, function, name)


def _annotated(
    index: Index, function: FunctionRef, annotation: ast.expr | None
) -> ModelInfo | None:
    written = dotted(annotation)
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        written = annotation.value
    return (
        index.models.get(resolve(index.code, function.path, written, function.outer))
        if written
        else None
    )


def _of_loop(index: Index, function: FunctionRef, name: str) -> ModelInfo | None:
    over = _looped_over(function).get(name, [])
    if len(over) != 1 or isinstance(over[0], ast.Attribute):
        return None
    return _of_rows(index, function, over[0])


def _looped_over(function: FunctionRef) -> dict[str, list[ast.expr]]:
    known = _LOOPED.get(function.node)
    if known is None:
        known = _LOOPED[function.node] = {}
        for item in nodes_in(function.node):
            if isinstance(item, (ast.For, ast.AsyncFor)) and isinstance(item.target, ast.Name):
                known.setdefault(item.target.id, []).append(item.iter)
    return known
