"""What a receiver does with rows that is right only as long as nothing else happens.

``lost_updates``, ``made_again``, ``tasks_of_deleted`` and ``without_database`` are the entries.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.dotted import dotted, root_name
from signalgen.facts.orm import CREATING, QUERYING, SAVING
from signalgen.facts.tasks import QUEUEING
from signalgen.flow.function.guards import in_try
from signalgen.flow.function.naming import assigned_values
from signalgen.flow.function.signature import (
    DELETE,
    MODEL_SIGNALS,
    has_signal,
    mentions_argument,
    names_of,
)
from signalgen.flow.reach.arguments import handed
from signalgen.flow.reach.reach import own_calls
from signalgen.flow.rows.orm import chain, manager_model
from signalgen.flow.rows.writes import model_of
from signalgen.index.memo import answered_once
from signalgen.index.models.relations import cascades, owning, sender_model
from signalgen.index.reading.production import is_production
from signalgen.index.reading.resolving import find_function, resolve
from signalgen.index.reading.walking import walk
from signalgen.late import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index
    from signalgen.values.index import FunctionRef, ModelField, ModelInfo, Receiver

_KEYS = ("pk", "id")
_FOUND = frozenset({"using", "db_manager", "select_for_update"})


@dataclass(frozen=True, slots=True)
class Trap:
    """A node of a receiver, what goes wrong there, and the names that say how.

    ``model`` is None where it is of no model of the project.
    """

    node: ast.AST
    model: ModelInfo | None
    field: str
    written: str = ""


def lost_updates(index: Index, receiver: Receiver) -> Iterator[Trap]:
    """Yield where a field of another row is read, changed and saved, as ``row.n += 1``.

    Two such receivers at once store one change. Rows that were locked before do not count.
    """
    function = receiver.function
    saved = {
        dotted(item.call.func.value)
        for item in own_calls(index, function)
        if isinstance(item.call.func, ast.Attribute) and item.call.func.attr in SAVING
    }
    for node in walk(function.node):
        target = _counted(node)
        owner = dotted(target.value) if target is not None else ""
        if target is None or owner not in saved or owner in names_of(function, "instance"):
            continue
        model = model_of(index, function, target.value)
        field = model.field(target.attr) if model is not None else None
        locked = any(
            "select_for_update" in ast.unparse(value)
            for value in assigned_values(function, root_name(target))
        )
        if model is not None and field is not None and field.kind == "plain" and not locked:
            yield Trap(node, model, target.attr, dotted(target))


def _counted(node: ast.AST) -> ast.Attribute | None:
    # ``row.n += 1``, ``row.n = row.n + 1``, but not with ``F("n")``.
    target: ast.expr
    if isinstance(node, ast.AugAssign):
        target, value, counts = node.target, node.value, isinstance(node.op, (ast.Add, ast.Sub))
    elif isinstance(node, ast.Assign) and isinstance(node.value, ast.BinOp):
        target, value = node.targets[0], node.value
        sides = (node.value.left, node.value.right)
        counts = ast.unparse(target) in map(ast.unparse, sides)
    else:
        return None
    computed = any(
        isinstance(part, ast.Call) and dotted(part.func).rpartition(".")[2] == "F"
        for part in walk(value)
    )
    return target if counts and not computed and isinstance(target, ast.Attribute) else None


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
        func = item.call.func
        if not isinstance(func, ast.Attribute) or func.attr not in CREATING or item.deferred:
            continue
        name = manager_model(index, function, item.call)
        made = index.model(name) if name else None
        if made is None or in_try(function, item.call):
            continue
        for word in item.call.keywords:
            field = _foreign(made, word.arg or "")
            gone = _gone(index, receiver, model, word.value) if field is not None else ""
            if field is not None and gone and index.model(field.target or "") is not None:
                yield Trap(item.call, made, field.name, gone)
                break


def _foreign(model: ModelInfo, name: str) -> ModelField | None:
    field = model.field(name) or (model.field(name[:-3]) if name.endswith("_id") else None)
    if field is None or field.kind not in ("fk", "one_to_one"):
        return None
    return None if field.options.get("db_constraint") == "False" else field


def _gone(index: Index, receiver: Receiver, model: ModelInfo, value: ast.expr) -> str:
    """Return what a value names that the deletion takes away: ``instance``, ``instance.user``."""
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
    """Yield where a deletion gives the key of its row to a task that loads the row by it."""
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
    return {
        name
        for name, value in handed(call, task)
        if isinstance(value, ast.Attribute)
        and value.attr in _KEYS
        and isinstance(value.value, ast.Name)
        and value.value.id in rows
    }


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


def without_database(index: Index, receiver: Receiver) -> Iterator[Trap]:
    """Yield the calls of managers that do not say which database, where a project has several."""
    if not has_several_databases(index):
        return
    function = receiver.function
    for item in own_calls(index, function):
        func = item.call.func
        if not isinstance(func, ast.Attribute) or func.attr not in QUERYING:
            continue
        name = manager_model(index, function, item.call)
        model = index.model(name) if name else None
        if model is not None and not _FOUND & {*chain(func)} - {"select_for_update"}:
            yield Trap(item.call, model, func.attr)


@answered_once
def has_several_databases(index: Index) -> bool:
    """Tell whether the settings of production name two databases or more."""
    for path, item in index.nodes(b"DATABASES", wanted=(ast.Assign, ast.AnnAssign)):
        node = item.node
        if not is_production(index.code.survey.sources, path):
            continue
        targets = getattr(node, "targets", None) or [getattr(node, "target", None)]
        value = getattr(node, "value", None)
        for target in targets:
            named = isinstance(target, ast.Name) and target.id == "DATABASES"
            if named and isinstance(value, ast.Dict) and len(value.keys) > 1:
                return True
            added = isinstance(target, ast.Subscript) and dotted(target.value) == "DATABASES"
            if (
                added
                and isinstance(target, ast.Subscript)
                and isinstance(target.slice, ast.Constant)
                and target.slice.value != "default"
            ):
                return True
    return False


def not_stored(index: Index, receiver: Receiver) -> Iterator[Trap]:
    """Yield where ``pre_save`` gives a field a value that a save of the project leaves out.

    That is ``save(update_fields=[…])`` without the field, of this model, which runs the receiver
    for what it reads. ``written`` tells where.
    """
    function = receiver.function
    model = sender_model(index, receiver)
    if model is None or receiver.signals != (MODEL_SIGNALS + "pre_save",):
        return
    rows = names_of(function, "instance")
    used = [
        node
        for node in walk(function.node)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id in rows
    ]
    set_here = {node.attr: node for node in used if isinstance(node.ctx, ast.Store)}
    read = {node.attr for node in used if isinstance(node.ctx, ast.Load)} - {"pk", "_state"}
    guard = _guard(function)
    for name, node in set_here.items():
        field = model.field(name)
        if field is None or field.kind == "m2m":
            continue
        for save in _partial_saves(index):
            runs = save.fields & (read - {name}) or not read
            if save.model == model.dotted and name not in save.fields and runs:
                if guard and not guard & save.fields:
                    continue
                yield Trap(node, model, name, f"{save.path}:{save.line}")
                break


def _guard(function: FunctionRef) -> set[object]:
    # The fields without which ``update_fields`` lets the receiver return at once.
    tests = [stmt.test for stmt in getattr(function.node, "body", []) if isinstance(stmt, ast.If)]
    return {
        item.value
        for test in tests
        for call in walk(test)
        if isinstance(call, ast.Call) and dotted(call.func) == "update_fields.isdisjoint"
        for part in call.args
        for item in walk(part)
        if isinstance(item, ast.Constant)
    }


@dataclass(frozen=True, slots=True)
class _PartialSave:
    path: str
    line: int
    model: str
    fields: frozenset[object]


@answered_once
def _partial_saves(index: Index) -> tuple[_PartialSave, ...]:
    return tuple(_saves(index))


def _saves(index: Index) -> Iterator[_PartialSave]:
    for path, item in index.nodes(b"update_fields", wanted=(ast.Call,)):
        call = item.node
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
            continue
        given = next((word.value for word in call.keywords if word.arg == "update_fields"), None)
        if call.func.attr not in SAVING or item.scope is None:
            continue
        if not isinstance(given, (ast.List, ast.Tuple, ast.Set)):
            continue
        if not is_production(index.code.survey.sources, path):
            continue
        fields = [part.value for part in given.elts if isinstance(part, ast.Constant)]
        model = model_of(index, item.scope, call.func.value)
        if model is not None and fields and len(fields) == len(given.elts):
            yield _PartialSave(path, call.lineno, model.dotted, frozenset(fields))
