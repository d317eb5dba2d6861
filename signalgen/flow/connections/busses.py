"""Sends whose signal is looked up at run time, as an event bus does: ``bus_sends``.

A consumer gets a message, finds the signal by the message's type and sends it. The code names no
signal beside ``send``, so no other module finds such a send.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

from signalgen.index.memo import answered_once
from signalgen.index.reading.resolving import local_names
from signalgen.late import pattern

if TYPE_CHECKING:
    from signalgen.index import Index
    from signalgen.values.index import FunctionRef

# openedx-events 10: its signals are sent by ``send_event`` where something happens, and by the
# consumer of the bus in every other service.
_BUS_PACKAGE = "openedx_events."
_SENDING = frozenset({"send", "send_robust", "asend", "asend_robust"})
_OPEN = pattern(rb"send(?<=[.a\s\\]send)\w*(?:[\s)\\]|#[^\n]*\n)*\((?!\s*\))")
"""A send with arguments: only such statements are parsed."""
_EVENT = frozenset({"send_event", "send_event_with_custom_metadata", "send_robust", "send"})


class BusSend(NamedTuple):
    """A send of a signal: its file, and the function around it."""

    path: str
    scope: FunctionRef | None


def is_of_bus(signal: str) -> bool:
    """Tell whether a signal belongs to a package whose signals come from an event bus."""
    return signal.startswith(_BUS_PACKAGE)


@answered_once
def event_sends(index: Index, signal: str) -> tuple[BusSend, ...]:
    """Return where the project itself sends a signal of such a package."""
    found = []
    for path, item in index.nodes(b"send", wanted=(ast.Call,), near=True):
        func = item.node.func if isinstance(item.node, ast.Call) else None
        if isinstance(func, ast.Attribute) and func.attr in _EVENT:
            named = index.signals.named(path, func.value, item.scope, loose=True)
            if named == signal:
                found.append(BusSend(path, item.scope))
    return tuple(found)


@answered_once
def bus_sends(index: Index) -> tuple[BusSend, ...]:
    """Return the sends of signals that are known only at run time."""
    found = []
    for path, item in index.nodes(b"send", wanted=(ast.Call,), like=_OPEN):
        call = item.node
        if isinstance(call, ast.Call) and _is_open(index, path, call, item.scope):
            found.append(BusSend(path, item.scope))
    return tuple(found)


def _is_open(index: Index, path: str, call: ast.Call, scope: FunctionRef | None) -> bool:
    func = call.func
    if not isinstance(func, ast.Attribute) or func.attr not in _SENDING:
        return False
    # Mail and tasks are sent as well, but not for a sender.
    given = {item.arg for item in call.keywords}
    if "sender" not in given and not (call.args and given):
        return False
    owner = func.value
    if isinstance(owner, ast.Name):
        return (
            scope is not None
            and owner.id in local_names(scope.node)
            and not index.signals.named(path, owner, scope)
        )
    looked_up = isinstance(owner, (ast.Subscript, ast.Call))
    return looked_up and not index.signals.named(path, owner, scope)
