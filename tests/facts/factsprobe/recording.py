"""Listens to every signal of the table and writes down what comes in, checked against the annotations."""

from __future__ import annotations

import importlib
import types
import typing

from django.db.models import Model

from signalgen.facts.signals import BUILTIN, BuiltinSignal, SignalArgument


class Recording:
    """What each signal sent: the argument names of each call, and values that their annotation does not allow."""

    def __init__(self, django: tuple[int, int]) -> None:
        self.calls: dict[str, list[list[str]]] = {}
        self.lazy: dict[str, bool] = {}
        self.mistyped: list[str] = []
        self.senders: dict[str, set[str]] = {}
        self._receivers = []
        for signal in BUILTIN.values():
            if signal.since is None or signal.since <= django:
                self._listen(signal)

    def _listen(self, signal: BuiltinSignal) -> None:
        found = getattr(importlib.import_module(signal.module), signal.name)
        self.lazy[signal.name] = type(found).__name__ == "ModelSignal"
        self.calls[signal.name] = []
        table = {argument.name: argument for argument in signal.arguments}

        def listener(signal, sender, name=signal.name, table=table, **sent):
            self.calls[name].append(sorted(sent))
            self.senders.setdefault(name, set()).add(sender_kind(sender))
            for key, value in sent.items():
                if key in table and not allowed(table[key], value, sender):
                    self.mistyped.append(f"{name}.{key}: {value!r} is no {table[key].annotation}")
            return name == "file_changed"

        self._receivers.append(listener)
        found.connect(listener)


def sender_kind(sender: object) -> str:
    """Name the kind of thing a sender is: a model class, another class, or the type of an object."""
    if isinstance(sender, type):
        return "model" if issubclass(sender, Model) else "class"
    return type(sender).__name__


def allowed(argument: SignalArgument, value: object, sender: object) -> bool:
    """Tell whether ``value`` is what the annotation of ``argument`` promises."""
    names = {
        name: getattr(importlib.import_module(module), name) for module, name in argument.imports
    }
    if argument.annotation == "{model}":
        return isinstance(value, sender)
    return fits(value, eval(argument.annotation, names))


def fits(value: object, hint: object) -> bool:
    if hint is typing.Any:
        return True
    if hint is None:
        return value is None
    origin = typing.get_origin(hint)
    if origin in (types.UnionType, typing.Union):
        return any(fits(value, part) for part in typing.get_args(hint))
    if origin is type:
        return isinstance(value, type) and issubclass(value, typing.get_args(hint)[0])
    return isinstance(value, origin or hint)
