"""Helpers for rules about senders: where to report, and how signals compare senders."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.dotted import dotted
from signalgen.facts.signals import BUILTIN
from signalgen.index.reading.given import argument, given
from signalgen.index.reading.resolving import resolve

if TYPE_CHECKING:
    from signalgen.facts.signals import BuiltinSignal
    from signalgen.index import Index
    from signalgen.values.index import Connection, ModelInfo, SignalCall, SignalDef

SIGNAL_CLASSES = frozenset({"django.dispatch.Signal", "django.dispatch.dispatcher.Signal"})
MODEL_SIGNAL_CLASS = "django.db.models.signals.ModelSignal"


def builtin(signal: str) -> BuiltinSignal | None:
    """Return Django's signal that a resolved dotted name means, None for all others."""
    module, _, name = signal.rpartition(".")
    found = BUILTIN.get(name)
    return found if found is not None and found.module == module else None


def takes_lazy_sender(index: Index, signal: str) -> bool:
    """Tell whether a signal is known to accept ``"app.Model"`` as its sender."""
    known = builtin(signal)
    if known is not None:
        return known.lazy_sender
    made = index.signals.definition(signal)
    return made is not None and made.model_signal


def is_plain(index: Index, signal: str) -> bool:
    """Tell whether a signal is known to be a plain ``Signal``; subclasses may compare otherwise."""
    known = builtin(signal)
    if known is not None:
        return not known.lazy_sender
    made = index.signals.definition(signal)
    return made is not None and made_by(index, made) in SIGNAL_CLASSES


def made_by(index: Index, made: SignalDef) -> str:
    """Return the dotted class or factory that a signal of the project is made with."""
    return resolve(index.code, made.path, dotted(made.call.func), made.scope)


def place_of(item: Connection) -> ast.AST:
    """Return the node to report for a sender: the expression, or the decorator that hides it."""
    return item.sender if item.call is not None and item.sender is not None else item.node


def is_given_in_call(item: Connection) -> bool:
    """Tell whether the sender is written in the call, not in options that calls may share."""
    return item.call is not None and any(node is item.sender for node in ast.walk(item.call))


def context(item: Connection) -> str:
    """Return the name that identifies a finding about a connection."""
    return item.receiver.qualname if item.receiver is not None else item.written


def literal(node: ast.expr | None) -> str | None:
    """Return the text of a string literal, None for any other expression."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def declaration(model: ModelInfo, field: str) -> ast.Call | None:
    """Return the call that makes a model's field, in its class or its nearest parent's."""
    for stmt in model.cls.node.body:
        targets = stmt.targets if isinstance(stmt, ast.Assign) else [getattr(stmt, "target", None)]
        value = getattr(stmt, "value", None)
        if isinstance(value, ast.Call) and any(
            isinstance(t, ast.Name) and t.id == field for t in targets
        ):
            return value
    return next((found for parent in model.parents if (found := declaration(parent, field))), None)


def names_nothing(index: Index, call: SignalCall) -> bool:
    """Tell whether a disconnect names neither a receiver nor a uid, so that it finds nothing."""
    if any(isinstance(item, ast.Starred) for item in call.call.args):
        return False
    if any(word.arg is None for word in call.call.keywords):
        return False
    receiver = given(argument(call.call, "receiver", 0))
    uid = given(argument(call.call, "dispatch_uid", 2))
    known = is_plain(index, call.signal) or takes_lazy_sender(index, call.signal)
    return receiver is None and uid is None and known
