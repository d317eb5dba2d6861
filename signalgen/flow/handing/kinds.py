"""The kind of value of an expression, as task queues distinguish them: ``kind_of``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.dotted import dotted
from signalgen.facts.orm import LAZY, MANAGERS
from signalgen.facts.tasks import KIND_OF_FIELD
from signalgen.flow.function.naming import assigned_values, describe
from signalgen.flow.function.signature import MODEL_SIGNALS, names_of
from signalgen.flow.rows.orm import manager_model
from signalgen.flow.rows.writes import model_of
from signalgen.index.reading.walking import walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index
    from signalgen.values.index import FunctionRef, ModelField, ModelInfo

_DEEPEST = 4
_RELATIONS = {"fk": "row", "one_to_one": "row", "m2m": "rows"}
_MADE = {
    "django.utils.timezone.now()": "datetime",
    "django.utils.timezone.localtime()": "datetime",
    "django.utils.timezone.localdate()": "datetime",
    "datetime.datetime.now()": "datetime",
    "datetime.datetime.utcnow()": "datetime",
    "datetime.datetime()": "datetime",
    "datetime.date.today()": "datetime",
    "datetime.date()": "datetime",
    "datetime.timedelta()": "timedelta",
    "decimal.Decimal()": "decimal",
    "uuid.UUID()": "uuid",
    "uuid.uuid4()": "uuid",
    "uuid.uuid1()": "uuid",
    "set()": "set",
    "frozenset()": "set",
}


def values_in(node: ast.expr) -> Iterator[ast.expr]:
    """Yield a value, or the values in a literal list, tuple or dictionary."""
    if isinstance(node, ast.Starred):
        return
    if isinstance(node, (ast.List, ast.Tuple)):
        for item in node.elts:
            yield from values_in(item)
    elif isinstance(node, ast.Dict):
        for item in node.values:
            yield from values_in(item)
    else:
        yield node


def kind_of(index: Index, function: FunctionRef, node: ast.expr, depth: int = 0) -> str:
    """Return the kind of ``facts.tasks.KINDS`` that an expression is, empty if unsure."""
    if depth > _DEEPEST:
        return ""
    if isinstance(node, (ast.Set, ast.SetComp)):
        return "set"
    if isinstance(node, ast.Name):
        return _of_name(index, function, node, depth)
    if isinstance(node, ast.Attribute):
        owner = model_of(index, function, node.value)
        field = _field(index, owner, node.attr) if owner is not None else None
        return _of_field(field) if field is not None else ""
    if not isinstance(node, ast.Call):
        return ""
    if model_of(index, function, node) is not None:
        return "row"
    func = node.func
    if isinstance(func, ast.Attribute) and func.attr in LAZY and _is_rows(index, function, node):
        return "rows"
    return _MADE.get(describe(index, function.path, function, node), "")


def _of_name(index: Index, function: FunctionRef, node: ast.Name, depth: int) -> str:
    values = list(assigned_values(function, node.id))
    if not values and _is_parameter(function, node.id):
        sent = _of_argument(index, function, node.id)
        if sent:
            return sent
    if len(values) == 1 and _is_bound_once(function, node.id):
        return kind_of(index, function, values[0], depth + 1)
    # The row of a loop, or a parameter that says its model.
    if not values and _is_bound_once(function, node.id):
        return "row" if model_of(index, function, node) is not None else ""
    return ""


def _is_parameter(function: FunctionRef, name: str) -> bool:
    return any(item.arg == name for item in walk(function.node.args) if isinstance(item, ast.arg))


def _of_argument(index: Index, function: FunctionRef, name: str) -> str:
    """Return the kind of an argument that Django's own signals of models send."""
    receiver = index.receiver_of(function)
    signals = receiver.signals if receiver is not None else ()
    if not signals or not all(signal.startswith(MODEL_SIGNALS) for signal in signals):
        return ""
    if name in names_of(function, "instance"):
        return "row" if _is_bound_once(function, name) else ""
    if name == "pk_set" and any(not signal.endswith(".m2m_changed") for signal in signals):
        return ""
    return (
        {"sender": "class", "pk_set": "set"}.get(name, "") if _is_bound_once(function, name) else ""
    )


def _is_bound_once(function: FunctionRef, name: str) -> bool:
    around = function
    while around.outer is not None:
        around = around.outer
    bound = [
        item
        for item in walk(around.node)
        if (isinstance(item, ast.arg) and item.arg == name)
        or (isinstance(item, ast.Name) and item.id == name and isinstance(item.ctx, ast.Store))
    ]
    return len(bound) == 1


def _is_rows(index: Index, function: FunctionRef, call: ast.Call) -> bool:
    """Tell whether a call on a manager gives a queryset: everything after the manager is lazy."""
    name = manager_model(index, function, call)
    if not name or index.model(name) is None:
        return False
    node: ast.expr = call
    while isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        if node.func.attr not in LAZY:
            return False
        node = node.func.value
    return isinstance(node, ast.Attribute) and node.attr in MANAGERS and bool(dotted(node))


def _field(index: Index, model: ModelInfo, name: str) -> ModelField | None:
    """Return the field whose value an attribute is, the key of a related row included."""
    if name in ("pk", "id") and model.field(name) is None:
        own = next((f for f in model.fields if f.options.get("primary_key") == "True"), None)
        return own if name == "pk" and (own is None or own.kind == "plain") else None
    field = model.field(name)
    if field is None and name.endswith("_id"):
        relation = model.field(name[:-3])
        if relation is None or relation.kind not in ("fk", "one_to_one") or not relation.target:
            return None
        to = index.model(relation.target)
        return (
            _field(index, to, "pk")
            if to is not None and "to_field" not in relation.options
            else None
        )
    return field


def _of_field(field: ModelField) -> str:
    if field.kind in _RELATIONS:
        return _RELATIONS[field.kind]
    return "" if field.base else KIND_OF_FIELD.get(field.type, "")
