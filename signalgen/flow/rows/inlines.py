"""Rows that both a receiver and a form of Django's admin create. Entry: ``made_twice``."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from signalgen.dotted import dotted
from signalgen.facts.orm import CREATING
from signalgen.flow.function.signature import SAVE, has_signal, names_of
from signalgen.flow.reach.reach import own_calls
from signalgen.flow.rows.orm import manager_model
from signalgen.flow.rows.traps import Trap
from signalgen.index.models.relations import same_model
from signalgen.index.models.senders import sender_names
from signalgen.index.models.shapes import assigned
from signalgen.index.reading.production import is_production
from signalgen.index.reading.resolving import bases, find_class, resolve
from signalgen.index.reading.walking import walk

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from signalgen.index import Index
    from signalgen.values.index import ClassRef, ModelField, ModelInfo, Receiver

_KEYS = ("fk", "one_to_one")
_DECIDES = frozenset(
    {"has_add_permission", "get_extra", "get_max_num", "get_formset", "formset", "form"}
)
"""An inline's own settings of its forms for new rows."""
_CHOOSES = frozenset({"get_inlines", "get_inline_instances", "get_formsets_with_inlines"})
"""An admin's own choice of its inlines: many omit them while a row is added."""
_NONE = ("extra", "max_num")
_DEEPEST = 4


def made_twice(index: Index, receiver: Receiver, kinds: Collection[str] = _KEYS) -> Iterator[Trap]:
    """Yield where a receiver creates a related row for which the admin's form has fields, too.

    ``field`` is the kind of the key between them, one of ``kinds``, ``written`` the place of the
    inline.
    """
    function = receiver.function
    if len(receiver.senders) != 1 or not has_signal(receiver, SAVE):
        return
    rows = names_of(function, "instance")
    for item in own_calls(index, function):
        func = item.call.func
        if not isinstance(func, ast.Attribute) or func.attr not in CREATING:
            continue
        made = index.model(manager_model(index, function, item.call))
        given = [word for word in item.call.keywords if word.arg]
        names = [w.arg for w in given if isinstance(w.value, ast.Name) and w.value.id in rows]
        if made is None:
            continue
        keys = (_key(index, made, name or "", receiver.senders[0]) for name in names)
        key = next(filter(None, keys), None)
        wanted = key is not None and key.kind in kinds
        place = _inline(index, made, receiver.senders[0]) if wanted else ""
        if key is not None and place:
            yield Trap(item.call, made, key.kind, place)


def _key(index: Index, made: ModelInfo, name: str, sender: str) -> ModelField | None:
    field = made.field(name)
    if field is None or field.kind not in _KEYS or not field.target:
        return None
    return field if same_model(index, field.target, sender) else None


def _inline(index: Index, made: ModelInfo, sender: str) -> str:
    # Where an admin of ``sender`` has forms for new rows of ``made``, as path and line; or "".
    # The cheapest first: somewhere an inline must be said to be of that model.
    said = re.compile(rb"\bmodel\b[^=\n]*=\s*[\w.]*\b" + re.escape(made.name.encode()) + rb"\b")
    if not any(said.search(index.code.data(path)) for path in index.containing(b"Inline")):
        return ""
    for path in index.containing(b"inlines"):
        if not is_production(index.code.survey.sources, path):
            continue
        for node in _classes(index, path):
            listed = assigned(node.body).get("inlines")
            methods = {stmt.name for stmt in node.body if isinstance(stmt, ast.FunctionDef)}
            if not isinstance(listed, (ast.List, ast.Tuple)) or _CHOOSES & methods:
                continue
            if any(same_model(index, name, sender) for name in _registered(index, path, node)):
                places = (_offers(index, path, entry, made) for entry in listed.elts)
                found = next(filter(None, places), "")
                if found:
                    return found
    return ""


def _classes(index: Index, path: str) -> Iterator[ast.ClassDef]:
    """Yield the classes of a file in statements that mention inlines."""
    for chunk in index.code.outline(path).having(b"inlines"):
        for stmt in index.code.parsed(path, chunk):
            yield from (node for node in walk(stmt) if isinstance(node, ast.ClassDef))


def _registered(index: Index, path: str, node: ast.ClassDef) -> list[str]:
    # By the decorator, or by a call further down in the file.
    given: list[ast.expr] = []
    for call in node.decorator_list:
        if isinstance(call, ast.Call) and dotted(call.func).rpartition(".")[2] == "register":
            given += call.args
    for chunk in index.code.outline(path).having(b".register("):
        stmts = index.code.parsed(path, chunk)
        calls = [one for stmt in stmts for one in walk(stmt) if isinstance(one, ast.Call)]
        given += [one for call in calls for one in _handed(call, node.name)]
    return [name for item in given for name in sender_names(index.code, path, item, None)]


def _handed(call: ast.Call, name: str) -> list[ast.expr]:
    """Return the models in ``site.register([A, B], OrderAdmin)``, for the admin of that name."""
    if not dotted(call.func).endswith(".register"):
        return []
    args = call.args
    if len(args) < 2 or dotted(args[1]) != name:
        return []
    return args[0].elts if isinstance(args[0], (ast.List, ast.Tuple)) else [args[0]]


def _offers(index: Index, path: str, entry: ast.expr, made: ModelInfo) -> str:
    cls = (
        find_class(index.code, resolve(index.code, path, dotted(entry))) if dotted(entry) else None
    )
    if cls is None:
        return ""
    said = _said(index, cls, 0)
    model = said.get("model")
    named = resolve(index.code, cls.path, dotted(model)) if model is not None else ""
    none = any(_is_zero(said.get(name)) for name in _NONE)
    if not named or not same_model(index, named, made.dotted) or none or _DECIDES & said.keys():
        return ""
    return f"{cls.path}:{cls.node.lineno}"


def _is_zero(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value == 0


def _said(index: Index, cls: ClassRef, depth: int) -> dict[str, ast.expr | None]:
    # What an inline and its bases in the project say, what is nearer first.
    own: dict[str, ast.expr | None] = dict(assigned(cls.node.body))
    own |= {stmt.name: None for stmt in cls.node.body if isinstance(stmt, ast.FunctionDef)}
    for base in bases(index.code, cls) if depth < _DEEPEST else ():
        parent = find_class(index.code, base)
        own = {**(_said(index, parent, depth + 1) if parent is not None else {}), **own}
    return own
