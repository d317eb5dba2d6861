"""Signals that a receiver listens to and that Django, or the project, never sends.

``deleted_by_database``, ``kept_when_deleted``, ``sent_by_others`` and ``joined_by_hand`` are the
entries.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from signalgen.dotted import dotted
from signalgen.facts.softdeletion import HARD, POLICY, SOFT
from signalgen.flow.connections.senders import place_of
from signalgen.flow.function.signature import DELETE, M2M, MODEL_SIGNALS, short
from signalgen.flow.rows.traps import Trap
from signalgen.index.memo import answered_once
from signalgen.index.models.shapes import assigned
from signalgen.index.reading.given import argument, options
from signalgen.index.reading.production import is_production
from signalgen.index.reading.resolving import bases, find_class, method, resolve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index
    from signalgen.values.index import (
        ClassRef,
        Connection,
        ModelField,
        ModelInfo,
        Receiver,
        SignalCall,
    )

_DATABASE = "DB_CASCADE"
_FOLLOWED = ("CASCADE", _DATABASE)
_KEYS = ("fk", "one_to_one")
_DEEPEST = 6
_SENDING = frozenset({"send", "send_robust", "asend", "asend_robust"})


def deleted_by_database(index: Index, receiver: Receiver) -> Iterator[Trap]:
    """Yield each connection to a deletion that the database also does itself, silently.

    ``field`` is the key with ``DB_CASCADE``, ``written`` the model that has it: the sender's own,
    or one further up whose rows take the sender's along.
    """
    for item, model in _deletions(index, receiver):
        found = _given_to_database(index, model, frozenset())
        if found is not None:
            owner, key = found
            yield Trap(place_of(item), model, f"{owner.name}.{key.name}", key.target)


def _deletions(index: Index, receiver: Receiver) -> Iterator[tuple[Connection, ModelInfo]]:
    for item in receiver.connections:
        for sender in item.senders if DELETE.intersection(item.signals) else ():
            model = index.model(sender)
            if model is not None:
                yield item, model


def _given_to_database(
    index: Index, model: ModelInfo, seen: frozenset[str]
) -> tuple[ModelInfo, ModelField] | None:
    keys = [(key, key.on_delete) for key in model.fields if key.kind in _KEYS]
    for key, what in keys:
        if what == _DATABASE:
            return model, key
    for key, what in keys if len(seen) < _DEEPEST else ():
        above = index.model(key.target) if what in _FOLLOWED and key.target else None
        if above is not None and above.dotted not in seen:
            found = _given_to_database(index, above, seen | {model.dotted})
            if found is not None:
                return found
    return None


def kept_when_deleted(index: Index, receiver: Receiver) -> Iterator[Trap]:
    """Yield each connection to the deletion of rows that ``delete()`` only marks.

    ``written`` is the signal to use instead; nothing if the receiver already does so.
    """
    if any("softdelete" in signal for signal in receiver.signals):
        return
    for item, model in _deletions(index, receiver):
        when = short(next(name for name in item.signals if name in DELETE)).partition("_")[0]
        way = _kept_by_package(index, model.cls, 0) or _kept_by_hand(index, model)
        if way:
            yield Trap(place_of(item), model, when, way.replace("{0}", when))


def _kept_by_package(index: Index, cls: ClassRef, depth: int) -> str:
    policy = assigned(cls.node.body).get(POLICY)
    if policy is not None and dotted(policy).rpartition(".")[2] in HARD:
        return ""
    for base in bases(index.code, cls) if depth < _DEEPEST else ():
        parent = find_class(index.code, base)
        way = SOFT.get(base) or (_kept_by_package(index, parent, depth + 1) if parent else "")
        if way:
            return way
    return ""


def _kept_by_hand(index: Index, model: ModelInfo) -> str:
    # ``delete()`` that stores a mark and never deletes: no ``super()``, no other ``delete``.
    function = method(index.code, model.cls, "delete")
    if function is None:
        return ""
    marks: list[str] = []
    for node in ast.walk(function.node):
        if isinstance(node, ast.Name) and node.id in ("super", "Collector"):
            return ""
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if "delete" in node.func.attr:
                return ""
            marks += ["save"] if dotted(node.func) == "self.save" else []
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            marks += [node.attr] if dotted(node).startswith("self.") else []
    names = [name for name in marks if name != "save" and model.field(name) is not None]
    saved = "save" in marks and bool(names)
    return f"use signal: {{0}}_save, and on_change: {{{names[0]}: …}}" if saved else ""


def sent_by_others(index: Index, receiver: Receiver) -> Iterator[Trap]:
    """Yield each sender that no send of the project's own signal names, or only by a subclass.

    ``written`` are the classes that send it. Nothing if a send's sender is unknown.
    """
    for item in receiver.connections:
        for signal in item.signals if len(item.senders) == 1 else ():
            model = index.model(item.senders[0])
            names = other_senders(index, item, signal) if model is not None else ()
            if model is not None and names:
                yield Trap(place_of(item), model, short(signal), ", ".join(names))


def other_senders(index: Index, item: Connection, signal: str) -> tuple[str, ...]:
    """Return the classes that a signal of the project is sent by, if never by a connection's.

    Empty if a send may be by the connection's only sender, or that is not a known class.
    """
    if len(item.senders) != 1 or index.signals.definition(signal) is None:
        return ()
    model = index.model(item.senders[0])
    own = model.cls if model is not None else find_class(index.code, item.senders[0])
    sent = _senders_of(index.everything(), signal) if own is not None else None
    if own is None or not sent:
        return ()
    for cls, below in sent:
        if cls.dotted == own.dotted or (below and derives(index, own, cls.dotted)):
            return ()
    return tuple(sorted({cls.node.name for cls, _ in sent}))


@answered_once
def _senders_of(index: Index, signal: str) -> tuple[tuple[ClassRef, bool], ...] | None:
    """Return the classes that a signal is sent by, each with whether it may be one below that.

    None if one of them is unknown.
    """
    found: list[tuple[ClassRef, bool]] = []
    for call in index.signal_calls():
        if call.signal != signal or call.method not in _SENDING:
            continue
        if not is_production(index.code.survey.sources, call.path):
            continue
        named = sent_class(index, call)
        if named is None:
            return None
        found.append(named)
    return tuple(found)


def sent_class(index: Index, call: SignalCall) -> tuple[ClassRef, bool] | None:
    """Return the class of the project that a send names, and whether it may be one below it.

    None if the sender is unknown.
    """
    node = argument(call.call, "sender", 0)
    if node is None or options(call.call) is not None:
        return None
    if isinstance(node, ast.Call) and dotted(node.func) == "type" and len(node.args) == 1:
        written = dotted(node.args[0])
    else:
        written = dotted(node).removesuffix(".__class__")
        if written == dotted(node):
            cls = find_class(index.code, resolve(index.code, call.path, written, call.scope))
            return (cls, False) if written and cls is not None else None
    scope = call.scope
    if written != "self" or scope is None or scope.cls is None:
        return None
    return index.code.class_ref(scope.path, scope.cls), True


def derives(index: Index, cls: ClassRef, name: str, depth: int = 0) -> bool:
    """Tell whether a class derives from the class ``name``."""
    for base in bases(index.code, cls) if depth < _DEEPEST else ():
        parent = find_class(index.code, base)
        if base == name or (parent is not None and derives(index, parent, name, depth + 1)):
            return True
        if parent is not None and parent.dotted == name:
            return True
    return False


def joined_by_hand(index: Index, receiver: Receiver) -> Iterator[Trap]:
    """Yield each connection to m2m_changed whose through model the project makes rows of itself.

    ``model`` is the through model, ``written`` a place where that is done. Nothing if a receiver
    gets its rows by post_save.
    """
    for item in receiver.connections if M2M.intersection(receiver.signals) else ():
        for sender in item.senders if M2M.intersection(item.signals) else ():
            through = _through(index, sender)
            place = _makes(index, through) if through is not None else ""
            if through is not None and place and not _is_heard(index, through):
                yield Trap(place_of(item), through, "m2m_changed", place)


def _through(index: Index, sender: str) -> ModelInfo | None:
    # The sender is ``shop.models.Product.shelves``, or the through model itself.
    found = index.model(sender)
    if found is not None:
        return found
    owner, _, name = sender.removesuffix(".through").rpartition(".")
    model = index.model(owner) if owner else None
    field = model.field(name) if model is not None else None
    if model is None or field is None or field.through is None:
        return None
    text = field.through
    return index.model(text if "." in text else f"{model.cls.module}.{text}")


def _makes(index: Index, model: ModelInfo) -> str:
    name = re.escape(model.name.encode())
    made = re.compile(
        rb"(?<![\w.])" + name + rb"\([^()]*\)\.save\("
        rb"|\b" + name + rb"\.objects\.(?:create|get_or_create|update_or_create)\("
    )
    for path in index.containing(model.name.encode()):
        data = index.code.data(path)
        found = made.search(data)
        if found is not None and is_production(index.code.survey.sources, path):
            return f"{path}:{data.count(bytes([10]), 0, found.start()) + 1}"
    return ""


def _is_heard(index: Index, model: ModelInfo) -> bool:
    return any(
        MODEL_SIGNALS + "post_save" in item.signals
        and any(index.model(sender) is model for sender in item.senders)
        for item in index.connections
    )
