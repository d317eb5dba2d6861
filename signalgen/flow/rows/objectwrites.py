"""Writes to rows, mostly of models known only by name: ``row_write``.

Relations, ``get_model()`` and packages give them; those of Django and of packages have no
``ModelInfo``.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

from signalgen.facts.orm import CREATING, DELETING, SAVING
from signalgen.facts.rownames import CREATING_USERS
from signalgen.flow.connections.identity import sender_key
from signalgen.flow.reach.readings import reading_of
from signalgen.flow.rows.orm import manager_model
from signalgen.flow.rows.partial import may_send_nothing, sends_nothing
from signalgen.index.members.targets import settled
from signalgen.index.models.senders import SETTING_READ, USER_CALL, USER_SETTING, sender_names
from signalgen.index.reading.listed import assigned_value
from signalgen.index.reading.resolving import find
from signalgen.late import pattern

if TYPE_CHECKING:
    from signalgen.flow.objects.objects import ObjectReading
    from signalgen.flow.reach.reach import Reached
    from signalgen.index import Index

IN_BULK = {
    "update": "updates",
    "aupdate": "updates",
    "bulk_create": "creates",
    "abulk_create": "creates",
    "bulk_update": "updates",
    "abulk_update": "updates",
}
"""Writes that send no signals, as a verb."""
IN_MODELS = pattern(r"^(?:\w+\.)*(?P<app>\w+)\.models(?:\.\w+)*\.(?P<name>[A-Z]\w*)$")
"""The dotted name of a model of a package."""
_USERS = (SETTING_READ, USER_SETTING, USER_CALL)
_WRITES = SAVING | DELETING | CREATING | CREATING_USERS | IN_BULK.keys()


class RowWrite(NamedTuple):
    """A write of rows of one model; ``maybe``: whether it writes depends on the database.

    ``model`` is dotted, or the setting that names the user model of a package. ``bulk`` writes send
    no signals; ``many`` write the rows that a queryset finds.
    """

    verb: str
    model: str
    maybe: bool = False
    bulk: bool = False
    many: bool = False


def row_write(index: Index, item: Reached) -> RowWrite | None:
    """Return the write that a call makes, None if it makes none, sends nothing or is unknown."""
    func = item.call.func
    if not isinstance(func, ast.Attribute) or func.attr not in _WRITES:
        return None
    if sends_nothing(index, item.function, item.call):
        return None
    name, managed = func.attr, _managed(index, item, func)
    if managed is not None:
        if name in IN_BULK:
            return RowWrite(IN_BULK[name], managed, bulk=True)
        if name in CREATING | CREATING_USERS:
            return RowWrite("creates", managed, may_send_nothing(item.call))
        return RowWrite("deletes", managed, many=True) if name in DELETING else None
    reading = reading_of(index, item)
    model = _row_model(index, reading, func.value) if name in SAVING | DELETING else ""
    if not model:
        return None
    if name in DELETING:
        return RowWrite("deletes", model)
    return RowWrite("creates" if _is_new(reading, func.value) else "saves", model)


def _managed(index: Index, item: Reached, func: ast.Attribute) -> str | None:
    """Return the model of the rows that a manager or queryset method is called on."""
    what = reading_of(index, item).what(func.value)
    if what is None:
        return _by_name(index, manager_model(index, item.function, item.call))
    own = what.managed.methods
    if what.kind != "rows" or len(what.models) != 1 or own is None:
        return None
    name = next(iter(what.models))
    stock = func.attr in CREATING_USERS and index.models.get(name) is None
    return name if stock or func.attr not in own | CREATING_USERS else None


def _by_name(index: Index, name: str) -> str | None:
    """Return a model of a package or of Django, whose own names are unknown."""
    if not name or index.model(name) is not None:
        return None
    if settled(index, name) == name or _is_of_package(index, name):
        return name
    # ``User = get_user_model()`` at the top of a module, where that is a model of a package.
    found = find(index.code, name)
    value = found.stmt.value if found is not None and isinstance(found.stmt, ast.Assign) else None
    if found is None or found.rest or value is None:
        return None
    keys = {sender_key(index, one) for one in sender_names(index.code, found.path, value, None)}
    return USER_SETTING if keys == {USER_SETTING} else None


def _is_of_package(index: Index, name: str) -> bool:
    """Tell by its module whether a dotted name is a model of an installed package."""
    return IN_MODELS.match(name) is not None and find(index.code, name) is None


def _row_model(index: Index, reading: ObjectReading, node: ast.expr) -> str:
    what = reading.what(node)
    if what is not None:
        return next(iter(what.models)) if what.kind == "row" and len(what.models) == 1 else ""
    # The user model of a package is known only by the setting.
    owner = reading.what(node.value) if isinstance(node, ast.Attribute) else None
    if not isinstance(node, ast.Attribute) or owner is None or owner.kind != "row":
        return ""
    fields = [names.fields.get(node.attr) for names in reading.names_of(owner)]
    users = [one is not None and one.target in _USERS for one in fields]
    known = bool(users) and all(users) and sender_key(index, USER_SETTING) == USER_SETTING
    return USER_SETTING if known else ""


def _is_new(reading: ObjectReading, node: ast.expr) -> bool:
    value = assigned_value(reading.function, node.id) if isinstance(node, ast.Name) else node
    made = reading.what(value.func) if isinstance(value, ast.Call) else None
    return made is not None and made.kind == "class"
