"""The primary key of a model and how code reads it: ``primary_key``, ``key_names``, ``is_key``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.facts.modelbases import KNOWN_FIELDS
from signalgen.flow.connections.identity import sender_key
from signalgen.flow.function.signature import names_of
from signalgen.flow.rows.orm import manager_model
from signalgen.index.members.targets import settled
from signalgen.index.models.relations import sender_model
from signalgen.index.reading.listed import assigned_value

if TYPE_CHECKING:
    from signalgen.index import Index
    from signalgen.values.index import FunctionRef, ModelField, ModelInfo, Receiver

_RELATED = ("fk", "one_to_one")


def primary_key(model: ModelInfo) -> ModelField | None:
    """Return the field that is declared as the primary key, None if Django adds one."""
    return next((one for one in model.fields if one.options.get("primary_key") == "True"), None)


def key_names(model: ModelInfo | None) -> frozenset[str]:
    """Return the attributes that hold the primary key: ``pk``, and ``id`` or the declared field."""
    if model is None:
        return frozenset({"pk"})
    field = primary_key(model)
    if field is None:
        own = model.field("id")
        return frozenset({"pk", "id"}) if own is None else frozenset({"pk"})
    return frozenset({"pk", f"{field.name}_id" if field.kind in _RELATED else field.name})


def is_given(model: ModelInfo) -> bool:
    """Tell whether a row has its primary key before it is saved for the first time."""
    field = primary_key(model)
    if field is None:
        return False
    return field.kind in _RELATED or bool({"default", "db_default"} & {*field.options})


def is_counted(model: ModelInfo) -> bool:
    """Tell whether the database gives a row its primary key when it is saved first."""
    field = primary_key(model)
    if field is None:
        return model.complete and model.field("id") is None
    return field.type.endswith("AutoField") and not {"default"} & {*field.options}


def is_key(node: ast.AST, rows: frozenset[str], names: frozenset[str]) -> bool:
    """Tell whether a node is ``instance.pk``, by one of the names of a row and of its key."""
    return (
        isinstance(node, ast.Attribute)
        and node.attr in names
        and isinstance(node.value, ast.Name)
        and node.value.id in rows
    )


def looks_up_own(index: Index, receiver: Receiver, call: ast.Call) -> bool:
    """Tell whether a manager call looks up the receiver's own row by its key alone.

    ``Order.objects.get(pk=instance.pk)`` in a receiver of ``Order``.
    """
    function = receiver.function
    if call.args or len(call.keywords) != 1 or not _is_of_sender(index, receiver, call):
        return False
    word = call.keywords[0]
    every = [key_names(index.model(sender)) for sender in receiver.senders]
    names = frozenset.intersection(*every)
    if sender_key(index, receiver.senders[0]) in KNOWN_FIELDS:
        names |= {"id"}
    key = (word.arg or "").removesuffix("__exact")
    value: ast.expr | None = word.value
    if isinstance(value, ast.Name):
        value = assigned_value(function, value.id)
    rows = names_of(function, "instance")
    return key in names and value is not None and is_key(value, rows, names)


def _is_of_sender(index: Index, receiver: Receiver, call: ast.Call) -> bool:
    """Tell whether a call is made on a manager of the sending model, whichever that is."""
    senders = receiver.senders
    if not senders or any(not item.senders for item in receiver.connections):
        return False
    name = manager_model(index, receiver.function, call)
    if len(senders) > 1:
        return name == "sender" and all(index.model(one) is not None for one in senders)
    model = sender_model(index, receiver)
    if model is not None:
        return is_of(index, receiver.function, call, model)
    # One that Django ships.
    return bool(name) and sender_key(index, name) == settled(index, senders[0])


def is_of(index: Index, function: FunctionRef, call: ast.Call, model: ModelInfo) -> bool:
    """Tell whether a call is made on a manager of a model."""
    name = manager_model(index, function, call)
    found = index.model(name) if name else None
    return found is not None and found.dotted == model.dotted
