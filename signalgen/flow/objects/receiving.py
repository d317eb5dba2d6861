"""What the arguments of a receiver are: ``received(index, receiver)``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.flow.objects.objects import ObjectReading, What, union, user_row
from signalgen.index.members.targets import settled, target_of
from signalgen.index.memo import answered_once

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from signalgen.index import Index
    from signalgen.values.index import Connection, Receiver

_DJANGO = "django."
_MODELS = "django.db.models.signals."
_LOGINS = frozenset(
    ["django.contrib.auth.signals.user_logged_in", "django.contrib.auth.signals.user_logged_out"]
)
_THROUGH = "through"
_MOST_SENDERS = 8


def received(index: Index, receiver: Receiver) -> dict[str, What]:
    """Return what the arguments of a receiver are, as far as its connections agree."""
    every = [dict(_arguments(index, item)) for item in receiver.connections]
    names = every[0] if every else {}
    whats = {name: union([item.get(name) for item in every]) for name in names}
    return {name: what for name, what in whats.items() if what is not None}


def received_each(index: Index, receiver: Receiver) -> tuple[dict[str, What], ...]:
    """Return the same for each possible sender model, if there are few."""
    found: list[dict[str, What]] = []
    for item in receiver.connections:
        told = dict(_arguments(index, item))
        row = told.get("instance")
        for model in sorted(row.models) if row is not None else ():
            one = {**told, "instance": What("row", frozenset([model]))}
            if one not in found:
                found.append(one)
    return tuple(found) if 1 < len(found) <= _MOST_SENDERS else ()


def _arguments(index: Index, item: Connection) -> Iterator[tuple[str, What]]:
    if item.signals and all(signal in _LOGINS for signal in item.signals):
        user = user_row(index)
        if user is not None:
            yield "user", user
    elif item.signals and all(signal.startswith(_MODELS) for signal in item.signals):
        yield from _of_models(index, item)
    elif len(item.signals) == 1 and not item.signals[0].startswith(_DJANGO):
        yield from _sent(index, item.signals[0]).items()


def _of_models(index: Index, item: Connection) -> Iterator[tuple[str, What]]:
    rows: set[str] = set()
    classes: set[str] = set()
    for sender in item.senders:
        rows |= _at_both_ends(index, sender) or {settled(index, sender)}
        classes.add(settled(index, sender))
    if rows and "" not in rows:
        yield "instance", What("row", frozenset(rows))
    if classes and "" not in classes:
        yield "sender", What("class", frozenset(classes))


def _at_both_ends(index: Index, sender: str) -> set[str]:
    """Return the models that ``Model.field.through`` relates: a receiver gets a row of either."""
    owner, _, last = sender.rpartition(".")
    if last != _THROUGH:
        return set()
    owner, _, name = owner.rpartition(".")
    model = index.model(owner) if owner else None
    field = model.field(name) if model is not None else None
    return {model.dotted, target_of(index, model, field)} if model and field else {""}


@answered_once
def _sent(index: Index, signal: str) -> Mapping[str, What]:
    """Return the value of an argument in every send of a signal of the project."""
    sends = [
        item
        for item in index.everything().signal_calls()
        if item.signal == signal and item.method != "disconnect"
    ]
    given: list[dict[str, What | None]] = []
    for item in sends:
        keywords = item.call.keywords
        if item.scope is None or any(each.arg is None for each in keywords):
            return {}
        reading = ObjectReading(index, item.scope, {})
        given.append(
            {each.arg: reading.what(each.value) for each in keywords if each.arg and _tells(each)}
        )
    names = given[0] if given else {}
    found = {name: union([item.get(name) for item in given]) for name in names if name != "sender"}
    return {name: what for name, what in found.items() if what is not None and what.models}


def _tells(item: ast.keyword) -> bool:
    return not (isinstance(item.value, ast.Constant) and item.value.value is None)
