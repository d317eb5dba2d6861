"""What a receiver does with a row that is being deleted, and with rows that point at it.

``made_again``, ``tasks_of_deleted``, ``loads_of_deleted`` and ``saves_of_deleted`` are the entries.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.dotted import dotted
from signalgen.facts.orm import CREATING, REFRESHING, SAVING
from signalgen.facts.tasks import QUEUEING
from signalgen.flow.function.guards import in_try
from signalgen.flow.function.signature import (
    DELETE,
    MODEL_SIGNALS,
    has_signal,
    mentions_argument,
    names_of,
)
from signalgen.flow.function.truth import may_run
from signalgen.flow.reach.handed import handed
from signalgen.flow.reach.reach import own_calls
from signalgen.flow.rows.keys import key_names, looks_up_own
from signalgen.flow.rows.orm import manager_model
from signalgen.flow.rows.traps import Trap
from signalgen.index.members.targets import target_of
from signalgen.index.models.relations import cascades, owning, sender_model
from signalgen.index.reading.listed import assigned_value
from signalgen.index.reading.resolving import find_function, resolve
from signalgen.index.reading.walking import walk
from signalgen.index.tasks import not_passed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.flow.reach.reach import Reached
    from signalgen.index import Index
    from signalgen.values.index import FunctionRef, ModelField, ModelInfo, Receiver

_KEYS = ("pk", "id")
_WRAPPING = ("str", "int")
_POST_DELETE = MODEL_SIGNALS + "post_delete"


def made_again(index: Index, receiver: Receiver) -> Iterator[Trap]:
    """Yield where a deletion makes a row that points at what is being deleted.

    That is the deleted row itself, or a row whose deletion takes the deleted one along.
    """
    function = receiver.function
    model = sender_model(index, receiver)
    if (
        model is None
        or not has_signal(receiver, DELETE)
        or mentions_argument(function.node, function, "origin")
    ):
        return
    for item in own_calls(index, function):
        made = None if item.deferred else _made(index, function, item)
        if made is None or in_try(function, item.call) or not _for_deletions(index, receiver, item):
            continue
        row, keywords = made
        for word in keywords:
            field = _foreign(row, word.arg or "")
            gone = _gone(index, receiver, model, word.value) if field is not None else ""
            if field is not None and gone and _leads_there(index, row, field, model, gone):
                yield Trap(item.call, row, field.name, gone)
                break


def _made(
    index: Index, function: FunctionRef, item: Reached
) -> tuple[ModelInfo, list[ast.keyword]] | None:
    """Return the model of the row that a call stores again, and its values."""
    func = item.call.func
    if not isinstance(func, ast.Attribute):
        return None
    if func.attr in CREATING:
        name = manager_model(index, function, item.call)
        made = index.model(name) if name else None
        return (made, item.call.keywords) if made is not None else None
    if func.attr not in SAVING:
        return None
    # ``Log(order=instance).save()``, or by a name.
    owner = func.value
    value = assigned_value(function, owner.id) if isinstance(owner, ast.Name) else owner
    if not isinstance(value, ast.Call) or isinstance(value.func, ast.Call):
        return None
    found = index.models.get(resolve(index.code, function.path, dotted(value.func), function))
    return (found, value.keywords) if found is not None else None


def _for_deletions(index: Index, receiver: Receiver, item: Reached) -> bool:
    function = receiver.function
    if {*receiver.signals} <= DELETE:
        return True
    # What also hears saves runs this for a deletion only if nothing asks for a save.
    if mentions_argument(function.node, function, "signal"):
        return False
    return may_run(index, function, item.call, {"created": None}) is True


def _leads_there(
    index: Index, made: ModelInfo, field: ModelField, model: ModelInfo, gone: str
) -> bool:
    target = target_of(index, made, field) or (field.to or "").strip("\"'")
    if "." not in gone:
        return target == model.dotted
    key = model.field(gone.partition(".")[2])
    other = target_of(index, model, key) if key is not None else ""
    same = other or ((key.to or "").strip("\"'") if key is not None else "")
    return bool(target) and target == same


def _foreign(model: ModelInfo, name: str) -> ModelField | None:
    field = model.field(name) or (model.field(name[:-3]) if name.endswith("_id") else None)
    if field is None or field.kind not in ("fk", "one_to_one"):
        return None
    return None if field.options.get("db_constraint") == "False" else field


def _gone(index: Index, receiver: Receiver, model: ModelInfo, value: ast.expr) -> str:
    """Return the deleted object that a value names: ``instance``, ``instance.user``."""
    rows = names_of(receiver.function, "instance")
    if isinstance(value, ast.Name) and value.id in rows:
        return value.id
    if not isinstance(value, ast.Attribute):
        return ""
    parts = dotted(value).split(".")
    if parts[0] not in rows:
        return ""
    if len(parts) == 2 and parts[1] in _KEYS:
        return parts[0]
    key = parts[1].removesuffix("_id") if model.field(parts[1]) is None else parts[1]
    whole = len(parts) == 2 or (len(parts) == 3 and parts[2] in _KEYS)
    relation = owning(index, model, key) if whole and model.field(key) is not None else None
    return f"{parts[0]}.{key}" if relation is not None and cascades(relation.call) else ""


def tasks_of_deleted(index: Index, receiver: Receiver) -> Iterator[Trap]:
    """Yield where a deletion passes the key of its row to a task that loads the row."""
    function = receiver.function
    model = sender_model(index, receiver)
    if model is None or not {*receiver.signals} <= DELETE:
        return
    for node in walk(function.node):
        if not isinstance(node, ast.Call):
            continue
        call = _undeferred(node)
        written = dotted(call.func)
        owner, _, method = written.rpartition(".")
        names = [owner, written] if method in QUEUEING else [written]
        for name in filter(None, names):
            task = find_function(index.code, resolve(index.code, function.path, name, function))
            keys = _given_key(function, call, task) if task is not None else set()
            if task is not None and keys and _loads(index, task, model, keys):
                yield Trap(node, model, name, task.name)
                break


def _undeferred(call: ast.Call) -> ast.Call:
    if dotted(call.func).rpartition(".")[2] == "partial" and call.args:
        return ast.Call(call.args[0], call.args[1:], call.keywords)
    return call


def _given_key(function: FunctionRef, call: ast.Call, task: FunctionRef) -> set[str]:
    rows = names_of(function, "instance")
    if dotted(call.func).endswith(".apply_async"):
        call = _spread(call)
    if not_passed(task) and not_passed(task) <= {*_first(task)}:  # `self` of a bound task
        call = ast.Call(call.func, [ast.Constant(None), *call.args], call.keywords)
    return {name for name, value in handed(call, task) if _is_own_key(function, value, rows)}


def _first(task: FunctionRef) -> list[str]:
    given = task.node.args
    return [one.arg for one in (*given.posonlyargs, *given.args)][:1]


def _spread(call: ast.Call) -> ast.Call:
    """Return ``apply_async((pk,), kwargs={"b": 1})`` as a call with these arguments."""
    given = {word.arg: word.value for word in call.keywords}
    listed = given.get("args", call.args[0] if call.args else None)
    named = given.get("kwargs", call.args[1] if len(call.args) > 1 else None)
    args = listed.elts if isinstance(listed, (ast.List, ast.Tuple)) else []
    return ast.Call(call.func, args, [ast.keyword(None, named)] if named is not None else [])


def _is_own_key(function: FunctionRef, value: ast.expr | None, rows: frozenset[str]) -> bool:
    """Tell whether a value is the row's key: directly, as text, or by a local name."""
    if isinstance(value, ast.Name):
        value = assigned_value(function, value.id)
    if isinstance(value, ast.Call) and dotted(value.func) in _WRAPPING and len(value.args) == 1:
        value = value.args[0]
    return (
        isinstance(value, ast.Attribute)
        and value.attr in _KEYS
        and isinstance(value.value, ast.Name)
        and value.value.id in rows
    )


def _loads(index: Index, task: FunctionRef, model: ModelInfo, keys: set[str]) -> bool:
    for node in walk(task.node):
        if not isinstance(node, ast.Call) or in_try(task, node):
            continue
        func = node.func
        written = dotted(func)
        by_key = any(
            word.arg in _KEYS and isinstance(word.value, ast.Name) and word.value.id in keys
            for word in node.keywords
        )
        if not by_key:
            continue
        if written.rpartition(".")[2] == "get_object_or_404" and node.args:
            name = resolve(index.code, task.path, dotted(node.args[0]), task)
        elif isinstance(func, ast.Attribute) and func.attr in ("get", "aget"):
            name = manager_model(index, task, node)
        else:
            continue
        found = index.model(name) if name else None
        if found is not None and found.dotted == model.dotted:
            return True
    return False


def loads_of_deleted(index: Index, receiver: Receiver) -> Iterator[Trap]:
    """Yield where a receiver of ``post_delete`` loads its own row, which is gone."""
    function = receiver.function
    model = sender_model(index, receiver)
    if model is None or receiver.signals != (_POST_DELETE,):
        return
    rows = names_of(function, "instance")
    for item in own_calls(index, function):
        func = item.call.func
        if not isinstance(func, ast.Attribute) or in_try(function, item.call):
            continue
        again = func.attr in REFRESHING and isinstance(func.value, ast.Name)
        own = again and isinstance(func.value, ast.Name) and func.value.id in rows
        if own or (func.attr in ("get", "aget") and looks_up_own(index, receiver, item.call)):
            yield Trap(item.call, model, func.attr)


def saves_of_deleted(index: Index, receiver: Receiver) -> Iterator[Trap]:
    """Yield where a receiver of ``post_delete`` saves its own row, which stores it again.

    By ``save()``, or by the ``delete()`` of a file field, which saves by default: then ``field`` is
    that field.
    """
    function = receiver.function
    model = sender_model(index, receiver)
    if receiver.signals != (_POST_DELETE,):
        return
    rows = names_of(function, "instance")
    for item in own_calls(index, function):
        func = item.call.func
        if not isinstance(func, ast.Attribute) or item.function is not function or model is None:
            continue
        owner = func.value
        if isinstance(owner, ast.Name) and func.attr == "delete":
            owner = assigned_value(function, owner.id) or owner
        if func.attr in SAVING and isinstance(owner, ast.Name) and owner.id in rows:
            if not _has_new_key(function, rows, model):
                yield Trap(item.call, model, "")
        elif func.attr == "delete" and isinstance(owner, ast.Attribute):
            field = model.field(owner.attr)
            of_row = isinstance(owner.value, ast.Name) and owner.value.id in rows
            if field is not None and field.kind == "file" and of_row and _saves(item.call):
                yield Trap(item.call, model, field.name)


def _saves(call: ast.Call) -> bool:
    if any(word.arg is None for word in call.keywords) or len(call.args) > 1:
        return False
    given = [*call.args, *(word.value for word in call.keywords if word.arg == "save")]
    return not given or (isinstance(given[0], ast.Constant) and given[0].value is True)


def _has_new_key(function: FunctionRef, rows: frozenset[str], model: ModelInfo) -> bool:
    # ``instance.pk = None; instance.save()`` is meant.
    return any(
        isinstance(node, ast.Attribute)
        and isinstance(node.ctx, ast.Store)
        and node.attr in key_names(model)
        and isinstance(node.value, ast.Name)
        and node.value.id in rows
        for node in walk(function.node)
    )
