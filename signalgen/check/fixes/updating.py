"""The fix for a receiver that saves its own row again: ``updating_fix`` is the entry.

It becomes ``update()`` after a save, and is removed before one.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.check.fixes.edits import replacing
from signalgen.check.fixes.inserting import begins_line
from signalgen.dotted import dotted
from signalgen.flow.function.guards import conditions, path_to
from signalgen.flow.function.signature import MODEL_SIGNALS, all_parameters, names_of
from signalgen.flow.rows.partial import updated_fields
from signalgen.index.memo import answered_for_now
from signalgen.index.models.relations import sender_model
from signalgen.index.reading.resolving import binds
from signalgen.index.reading.walking import walk
from signalgen.values.check import Fix, TextEdit

if TYPE_CHECKING:
    from signalgen.index import Index
    from signalgen.values.index import FunctionRef, ModelInfo, Receiver

_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)


def updating_fix(index: Index, receiver: Receiver, call: ast.Call) -> Fix | None:
    """Return the fix for ``instance.save()`` in a receiver of one save signal, None if unsure."""
    function = receiver.function
    func = call.func
    path = path_to(function.node, call)
    if (
        not isinstance(func, ast.Attribute)
        or not isinstance(func.value, ast.Name)
        or func.attr != "save"
    ):
        return None
    if func.value.id not in names_of(function, "instance") or len(path) < 3:
        return None
    stmt = path[-2]
    # In a nested function the save may run at another time.
    if not isinstance(stmt, ast.Expr) or any(isinstance(node, _SCOPES) for node in path[1:]):
        return None
    if all(signal == MODEL_SIGNALS + "pre_save" for signal in receiver.signals):
        return _dropped(index, function, path[-3], stmt, call)
    if all(signal == MODEL_SIGNALS + "post_save" for signal in receiver.signals):
        return _updated(index, receiver, call, func.value.id)
    return None


def _dropped(
    index: Index, function: FunctionRef, block: ast.AST, stmt: ast.Expr, call: ast.Call
) -> Fix | None:
    if call.args or call.keywords or conditions(function, call):
        return None
    alone = not any(
        isinstance(body, list) and stmt in body and len(body) > 1
        for body in (getattr(block, name, None) for name in ("body", "orelse", "finalbody"))
    )
    message = "leave it to the save in progress"
    text = index.code.outline(function.path).text
    starts = (*text.starts, len(text.data))
    start, end = starts[stmt.lineno - 1], starts[stmt.end_lineno or stmt.lineno]
    rest = text.data[index.code.place(function.path, stmt).end : end]
    if alone or rest.strip() or not begins_line(index, function.path, stmt):
        return Fix(message, (replacing(index, function.path, call, "pass"),), safe=False)
    return Fix(message, (TextEdit(function.path, start, end, ""),), safe=False)


def _updated(index: Index, receiver: Receiver, call: ast.Call, name: str) -> Fix | None:
    function = receiver.function
    model = sender_model(index, receiver)
    fields = (
        _named_fields(index, function, call) if call.keywords else _assigned_fields(index, function)
    )
    if (
        call.args
        or model is None
        or not fields
        or not all(_is_column(model, field) for field in fields)
    ):
        return None
    if not _has_objects(model) or name in ("self", "cls"):
        return None
    named = any(item.arg == "sender" for item in all_parameters(function))
    if not named and binds(function, "type"):
        return None
    # `sender` is shorter, but only while it is still the argument of the signal.
    owner = "sender" if named and not _rebinds_sender(index, function) else f"type({name})"
    values = ", ".join(f"{field}={name}.{field}" for field in fields)
    new = f"{owner}.objects.filter(pk={name}.pk).update({values})"
    return Fix(
        "update the row without a signal", (replacing(index, function.path, call, new),), safe=False
    )


def _named_fields(index: Index, function: FunctionRef, call: ast.Call) -> list[str]:
    if len(call.keywords) != 1:
        return []
    return list(dict.fromkeys(updated_fields(index, function, call) or ()))


@answered_for_now
def _rebinds_sender(_index: Index, function: FunctionRef) -> bool:
    return any(
        isinstance(node, ast.Name) and node.id == "sender" and not isinstance(node.ctx, ast.Load)
        for node in walk(function.node)
    )


@answered_for_now
def _assigned_fields(_index: Index, function: FunctionRef) -> list[str]:
    """Return the row's attributes that a receiver assigns; none if the row may change elsewhere."""
    own = names_of(function, "instance")
    found: dict[str, None] = {}
    reads = 0
    for node in walk(function.node):
        if isinstance(node, ast.Call) and _is_other_method(node.func, own):
            return []
        if (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id in own
        ):
            reads += 1
            if isinstance(node.ctx, ast.Store):
                found[node.attr] = None
    # A use of the bare name may pass the row to code that changes it.
    names = sum(isinstance(node, ast.Name) and node.id in own for node in walk(function.node))
    return list(found) if names == reads else []


def _is_other_method(func: ast.expr, own: frozenset[str]) -> bool:
    return isinstance(func, ast.Attribute) and func.attr != "save" and dotted(func.value) in own


def _is_column(model: ModelInfo, name: str) -> bool:
    field = model.field(name) or (model.field(name[:-3]) if name.endswith("_id") else None)
    return field is not None and field.kind not in ("m2m", "file")


def _has_objects(model: ModelInfo) -> bool:
    """Tell whether a model has a manager ``objects``: by default, or defined in it or a parent."""
    managers: set[str] = set()
    for cls in (model, *model.parents):
        for stmt in cls.cls.node.body:
            value = getattr(stmt, "value", None)
            if (
                isinstance(stmt, ast.Assign)
                and isinstance(value, ast.Call)
                and "anager" in dotted(value.func)
            ):
                managers |= {target.id for target in stmt.targets if isinstance(target, ast.Name)}
    return model.complete and (not managers or "objects" in managers)
