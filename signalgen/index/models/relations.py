"""The relations that point at a model: ``relations(index, needle)``, ``points_at``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.dotted import dotted
from signalgen.facts.orm import LAZY, READING
from signalgen.index.memo import answered_once
from signalgen.index.models.senders import (
    SETTING_READ,
    USER_CALL,
    USER_SETTING,
    sender_names,
)
from signalgen.index.reading.scopes import scoped
from signalgen.late import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index
    from signalgen.source.outline import Chunk
    from signalgen.values.index import ModelInfo, Receiver

_USERS = frozenset({USER_SETTING, USER_CALL, SETTING_READ})
_USER = "django.contrib.auth.models.User"
_RELATIONS = ("ForeignKey", "OneToOneField", "ManyToManyField", "ParentalKey", "TreeForeignKey")
_TYPES = (b"ForeignKey", b"OneToOneField", b"ManyToManyField", b"ParentalKey")
"""Parts of all names of ``_RELATIONS``."""
_WITHOUT_CLASS = frozenset({"import", "def", "assign"})
"""Statements that hold no class, apart from those in functions, which have no models."""
RELATED_READS = READING | (LAZY - {"none"})
"""Methods of a related manager that read its rows."""


@dataclass(frozen=True, slots=True, eq=False)
class Relation:
    """A relation field: its model, name, type, targets, and the name of its reverse accessor."""

    model: str
    name: str
    type: str
    targets: tuple[str, ...]
    accessor: str
    call: ast.Call


@answered_once
def relations(index: Index, needle: bytes) -> tuple[Relation, ...]:
    """Return the relation fields in statements that contain ``needle``."""
    return tuple(_relations(index, needle))


def _relations(index: Index, needle: bytes) -> Iterator[Relation]:
    data = index.code.data
    # Few files have relations: the needles of a run are searched for in these alone.
    for path in (path for path in index.containing(*_TYPES) if needle in data(path)):
        for chunk in index.code.outline(path).having(needle):
            if chunk.kind not in _WITHOUT_CLASS:
                yield from _relations_in(index, path, chunk)


@answered_once
def _relations_in(index: Index, path: str, chunk: Chunk) -> tuple[Relation, ...]:
    """Return the relation fields of a statement, which is parsed only if it names their types."""
    source = index.code.outline(path).source(chunk)
    if not any(name in source for name in _TYPES):
        return ()
    return tuple(_fields(index, path, index.code.parsed(path, chunk)))


def _fields(index: Index, path: str, stmts: tuple[ast.stmt, ...]) -> Iterator[Relation]:
    for item in scoped(index.code, path, stmts, wanted=(ast.Assign,), inside=False):
        node = item.node
        if item.cls is None or item.scope is not None or not isinstance(node, ast.Assign):
            continue
        if not isinstance(node.value, ast.Call) or not isinstance(node.targets[0], ast.Name):
            continue
        last = dotted(node.value.func).rpartition(".")[2]
        if last in _RELATIONS:
            yield _relation(index, path, item.cls, node.targets[0].id, node.value)


def _relation(index: Index, path: str, cls: ast.ClassDef, name: str, call: ast.Call) -> Relation:
    options = {item.arg: item.value for item in call.keywords if item.arg}
    module = index.code.module(path)
    owner = f"{module}.{cls.name}"
    last = dotted(call.func).rpartition(".")[2]
    target = options.get("to") or (call.args[0] if call.args else None)
    named = sender_names(index.code, path, target, None) if target is not None else ()
    targets = tuple(
        owner if to == "self" else to if "." in to else f"{module}.{to}" for to in named
    )
    related = options.get("related_name")
    default = cls.name.lower() if last == "OneToOneField" else f"{cls.name.lower()}_set"
    accessor = (
        related.value
        if isinstance(related, ast.Constant)
        else ""
        if related is not None
        else default
    )
    accessor = str(accessor).replace("%(class)s", cls.name.lower())
    model = index.models.get(owner)
    if model is None or model.abstract:  # the children give the names
        accessor = ""
    return Relation(owner, name, last, targets, "" if accessor.endswith("+") else accessor, call)


def points_at(index: Index, relation: Relation, sender: str) -> bool:
    """Tell whether a relation certainly points at the model of a sender."""
    return any(same_model(index, target, sender) for target in relation.targets)


def same_model(index: Index, one: str, other: str) -> bool:
    """Tell whether two resolved senders are the same model."""
    # The user model has several names that do not resolve to one dotted name.
    if not {one, other}.isdisjoint(_USERS):
        return _is_user(index, one) and _is_user(index, other)
    first, second = index.model(one), index.model(other)
    if first is None or second is None:
        return one == other
    return first.dotted == second.dotted


def _is_user(index: Index, name: str) -> bool:
    if name in _USERS:
        return True
    label = index.auth_user_model()
    if label is None:
        return name == _USER
    model, user = index.model(name), index.model(label)
    return name == label or (model is not None and user is not None and model.dotted == user.dotted)


def sender_model(index: Index, receiver: Receiver) -> ModelInfo | None:
    """Return the one model that a receiver is connected to, None if several or unknown."""
    if len(receiver.senders) != 1 or any(not item.senders for item in receiver.connections):
        return None
    return index.model(receiver.senders[0])


def owning(index: Index, model: ModelInfo, name: str) -> Relation | None:
    """Return the foreign key ``name`` of a model, defined in it or in a parent."""
    own = {item.dotted for item in (model, *model.parents)}
    found = relations(index, f"{name} =".encode())
    return next((item for item in found if item.name == name and item.model in own), None)


def cascades(call: ast.Call) -> bool:
    """Tell whether the field that a call defines has ``on_delete=CASCADE``."""
    given = [*call.args[1:2], *(item.value for item in call.keywords if item.arg == "on_delete")]
    return any(dotted(node).rpartition(".")[2] == "CASCADE" for node in given)
