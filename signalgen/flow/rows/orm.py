"""What a call does with the database: queries, writes and their models; unsure means no.

``is_query`` and ``manager_model`` are the entries.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Literal

from signalgen.dotted import dotted
from signalgen.facts.orm import (
    CREATING,
    DELETING,
    LAZY,
    MANAGERS,
    OF_MANAGERS,
    ONE_ROW,
    QUERYING,
    REFRESHING,
    RELATING,
    SAVING,
)
from signalgen.flow.function.loops import element
from signalgen.flow.function.naming import assigned_values
from signalgen.flow.function.signature import names_of
from signalgen.flow.objects.own import own_reading, row_models
from signalgen.flow.reach.callee import class_of
from signalgen.index.models.managers import has_manager
from signalgen.index.reading.resolving import binds, derived_from, find, find_class, resolve
from signalgen.index.reading.walking import nodes_in, walk
from signalgen.late import pattern

if TYPE_CHECKING:
    from signalgen.index import Index
    from signalgen.values.index import ClassRef, FunctionRef, ModelField

Act = Literal["save", "create", "update", "delete", "read", "m2m"]

_MODEL_GETTERS = frozenset({"get_model", "load_model", "get_user_model"})
_MANAGER = pattern(r"(?:Manager|QuerySet)(?:Base)?$")
_FUNCTIONS = {
    "get_object_or_404": "django.shortcuts",
    "get_list_or_404": "django.shortcuts",
    "bulk_create_with_history": "simple_history.utils",
    "bulk_update_with_history": "simple_history.utils",
    "assign_perm": "guardian.shortcuts",
    "remove_perm": "guardian.shortcuts",
}
"""Functions of packages that certainly run a query, and their modules."""


def chain(node: ast.expr) -> list[str]:
    """Return the names of an attribute and call chain from its root, one for each step.

    ``Order.objects.filter(…).count`` gives four names. Empty when the root is no plain name.
    """
    parts: list[str] = []
    current: ast.expr = node
    while True:
        if isinstance(current, ast.Attribute):
            parts.append(current.attr)
            current = current.value
        elif isinstance(current, ast.Call):
            current = current.func
        elif isinstance(current, ast.Subscript):
            current = current.value
        elif isinstance(current, ast.Name):
            return [current.id, *reversed(parts)]
        else:
            return []


def manager_model(index: Index, function: FunctionRef, call: ast.Call) -> str:
    """Return the dotted model of ``Model.objects.…(…)``, empty if not called on a manager.

    ``sender.objects`` gives the sender of the receiver, when it has exactly one.
    """
    # The manager is the first known name in the chain; what is before it is the model.
    parts = chain(call.func)
    position = next(
        (at for at, name in enumerate(parts) if name in MANAGERS or name.endswith("_objects")), 0
    )
    if not position:
        return _of_own_manager(index, function, parts)
    written = ".".join(parts[:position])
    receiver = index.receiver_of(function)
    if (
        written == "sender"
        or written.endswith(".__class__")
        or (written == "type" and receiver is not None and _is_type_of_row(function, call))
    ):
        return (
            receiver.senders[0] if receiver is not None and len(receiver.senders) == 1 else "sender"
        )
    return resolve(index.code, function.path, written, function)


def _is_type_of_row(function: FunctionRef, call: ast.Call) -> bool:
    """Tell whether a chain begins with ``type(instance)``."""
    node: ast.expr = call
    while isinstance(node, (ast.Attribute, ast.Call, ast.Subscript)):
        inner = node.func if isinstance(node, ast.Call) else node.value
        if isinstance(node, ast.Call) and isinstance(inner, ast.Name):
            return [dotted(item) for item in node.args] in (
                [name] for name in names_of(function, "instance")
            )
        node = inner
    return False


def _of_own_manager(index: Index, function: FunctionRef, parts: list[str]) -> str:
    for at in range(1, len(parts) - 1):
        if parts[at - 1][:1].isupper():
            name = resolve(index.code, function.path, ".".join(parts[:at]), function)
            model = index.models.get(name)
            return name if model is not None and has_manager(index, model, parts[at]) else ""
    return ""


def is_query(index: Index, function: FunctionRef, call: ast.Call) -> bool:
    """Tell whether a call certainly runs a query: on a manager, related manager or row."""
    func = call.func
    if isinstance(func, ast.Name) and func.id in _FUNCTIONS:
        name = resolve(index.code, function.path, func.id, function)
        return name.startswith(_FUNCTIONS[func.id] + ".")
    if not isinstance(func, ast.Attribute):
        return False
    return _is_on_rows(index, function, call, func) or _is_on_row(index, function, call, func)


def _is_on_rows(index: Index, function: FunctionRef, call: ast.Call, func: ast.Attribute) -> bool:
    parts = chain(func)
    name = func.attr
    related = any(part.endswith("_set") for part in parts[1:-1])
    if name in QUERYING:
        if (
            manager_model(index, function, call)
            or related
            or any(part in LAZY for part in parts[1:-1])
        ):
            return True
        # `self.filter()` in a manager or queryset of the project.
        if parts[:-1] in (["self"], ["super"]) and _is_in_manager(index, function):
            return True
    if len(parts) > 2 and (
        (name in OF_MANAGERS and binds(function, parts[0]))
        or (name in ("get", "aget") and _looks_up(index, function, call, parts[0]))
        # a list's count() takes an argument
        or (name in ("count", "acount") and not call.args and not call.keywords)
    ):
        return True
    if name in RELATING and (related or _is_m2m(index, function, func.value)):
        return True
    return name in QUERYING | RELATING and _manages(index, function, func)


def _manages(index: Index, function: FunctionRef, func: ast.Attribute) -> bool:
    """Tell whether a method of Django's is called on the rows behind a relation."""
    what = own_reading(index, function).what(func.value)
    own = what.managed.methods if what is not None and what.kind == "rows" else None
    return own is not None and func.attr not in own


def _is_on_row(index: Index, function: FunctionRef, call: ast.Call, func: ast.Attribute) -> bool:
    if func.attr in SAVING and any(item.arg == "update_fields" for item in call.keywords):
        return True
    owner = dotted(func.value)
    if func.attr not in SAVING | DELETING | REFRESHING:
        return False
    if not owner:
        return bool(row_models(index, function, func.value))
    known = _is_attribute_row if "." in owner else is_model_object
    return known(index, function, owner) or bool(row_models(index, function, func.value))


def _is_m2m(index: Index, function: FunctionRef, node: ast.expr) -> bool:
    field = _field(index, function, dotted(node))
    return field is not None and field.kind == "m2m"


def _is_attribute_row(index: Index, function: FunctionRef, owner: str) -> bool:
    """Tell whether ``instance.order`` holds a row: a foreign key, or a model object put there."""
    field = _field(index, function, owner)
    if field is not None and field.kind in ("fk", "one_to_one"):
        return True
    return any(
        isinstance(node, ast.Assign)
        and any(dotted(target) == owner for target in node.targets)
        and isinstance(node.value, ast.Call)
        and _is_model(index, function, node.value.func)
        for node in nodes_in(function.node)
    )


def _field(index: Index, function: FunctionRef, written: str) -> ModelField | None:
    name, _, attribute = written.partition(".")
    model = (
        index.models.get(class_of(index, function, name))
        if attribute and "." not in attribute
        else None
    )
    return model.field(attribute) if model is not None else None


def _is_in_manager(index: Index, function: FunctionRef) -> bool:
    cls = (
        find_class(index.code, f"{function.module}.{function.cls.name}")
        if function.cls is not None
        else None
    )
    return cls is not None and _is_manager(index, cls)


def _is_manager(index: Index, cls: ClassRef) -> bool:
    """Tell whether a class derives from a manager or queryset outside the project."""
    return any(
        _MANAGER.search(name) and "." in name and not name.startswith("multiprocessing.")
        for name, own in derived_from(index.code, cls)
        if own is None
    )


def _is_model(index: Index, function: FunctionRef, node: ast.expr) -> bool:
    written = dotted(node)
    if (
        written
        and index.models.get(resolve(index.code, function.path, written, function)) is not None
    ):
        return True
    if written and _is_of_package(index, resolve(index.code, function.path, written, function)):
        return True
    values: list[ast.expr | None] = []
    if written and "." not in written:
        values = list(assigned_values(function, written))
        shared = find(index.code, resolve(index.code, function.path, written, function))
        if shared is not None and not shared.rest:
            values.append(getattr(shared.stmt, "value", None))
    return any(
        isinstance(value, ast.Call) and dotted(value.func).rpartition(".")[2] in _MODEL_GETTERS
        for value in values
    )


def _is_of_package(index: Index, name: str) -> bool:
    """Tell whether a name is a class in a ``models`` module of an installed package."""
    module, _, last = name.rpartition(".")
    return (
        last[:1].isupper()
        and "models" in module.split(".")[1:]
        and not module.startswith("django.db.")
        and find_class(index.code, name) is None
        and module not in index.code.survey.names.by_name
    )


def _looks_up(index: Index, function: FunctionRef, call: ast.Call, root: str) -> bool:
    """Tell whether a ``get`` has keywords alone, unlike a dictionary's or a client's."""
    named = [item.arg for item in call.keywords if item.arg]
    # A root that resolves is a module or class, whose `get` may be anything.
    own = resolve(index.code, function.path, root, function) == root
    return (
        own
        and bool(named)
        and not call.args
        and not {"url", "timeout", "params", "default"} & set(named)
    )


def is_model_object(index: Index, function: FunctionRef, name: str) -> bool:
    """Tell whether a local name holds a row: ``instance``, from a manager, or a new object."""
    if name in names_of(function, "instance") and index.receiver_of(function) is not None:
        return True
    cls = class_of(index, function, name)
    if cls and index.models.get(cls) is not None:
        return True
    for node in nodes_in(function.node):
        if (
            isinstance(node, ast.Assign)
            and _targets(node, name)
            and isinstance(node.value, ast.Call)
        ):
            value = node.value
            if isinstance(value.func, ast.Name) and _is_model(index, function, value.func):
                return True
            if isinstance(value.func, ast.Attribute) and manager_model(index, function, value):
                return value.func.attr in ONE_ROW | CREATING
        elif isinstance(node, (ast.For, ast.AsyncFor, ast.comprehension)):
            each, rows = element(node.target, node.iter)
            if each == name:
                # An element of what a manager gives is a row, whatever the method is called.
                given = isinstance(rows, ast.Call) and manager_model(index, function, rows)
                return bool(given) or is_queryset(index, function, rows)
    return False


def is_queryset(index: Index, function: FunctionRef, node: ast.expr) -> bool:
    """Tell whether an expression certainly is a queryset or a related manager's rows."""
    seen: set[str] = set()
    while isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):
        node = node.value
    # The first value counts, and names may be assigned to each other.
    while isinstance(node, ast.Name) and node.id not in seen:
        seen.add(node.id)
        node = _first_value(function, node) or node
        while isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):
            node = node.value
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        parts = chain(node.func)
        if node.func.attr in LAZY | {"iterator"}:
            return bool(manager_model(index, function, node)) or (
                node.func.attr != "values" and len(parts) > 2
            )
    return False


def _first_value(function: FunctionRef, node: ast.Name) -> ast.expr | None:
    for item in walk(function.node):
        if isinstance(item, ast.Assign) and _targets(item, node.id) and item.value is not node:
            return item.value
    return None


def _targets(node: ast.Assign, name: str) -> bool:
    return any(
        (isinstance(target, ast.Name) and target.id == name)
        or (
            isinstance(target, ast.Tuple)
            and any(isinstance(item, ast.Name) and item.id == name for item in target.elts)
        )
        for target in node.targets
    )
