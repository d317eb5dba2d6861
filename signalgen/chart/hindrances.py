"""What else keeps a connected receiver from running: ``disconnected``, ``sent``, ``before``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.chart.labels import sender_name
from signalgen.chart.listeners import listeners
from signalgen.dotted import dotted
from signalgen.flow.connections.identity import is_hooking, sender_key, uid_of
from signalgen.flow.connections.senders import literal
from signalgen.flow.function.guards import conditions
from signalgen.index.reading.resolving import find_function, resolve
from signalgen.values.why import ChainLink

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index
    from signalgen.values.index import Connection, FunctionRef, SignalCall
    from signalgen.values.why import Answer


def disconnected(index: Index, item: Connection) -> Iterator[ChainLink]:
    """Yield the calls that disconnect a registration; one that certainly runs later breaks it."""
    for call in index.signal_calls():
        if call.method != "disconnect" or call.signal not in item.signals:
            continue
        if is_about(index, call, item):
            where = f"in {call.scope.qualname}()" if call.scope is not None else "on import"
            answer: Answer = "no" if _runs_later(call, item) else "unknown"
            says = f"it is disconnected {where}"
            yield ChainLink("it stays connected", answer, says, call.path, call.call.lineno)


def is_about(index: Index, call: SignalCall, item: Connection) -> bool:
    """Tell by the uid or the function's name whether a disconnect is about a registration."""
    given = {one.arg: one.value for one in call.call.keywords}
    named = given.get("receiver", call.call.args[0] if call.call.args else None)
    uid = literal(given.get("dispatch_uid"))
    if uid:
        return uid == uid_of(index, item)
    own = item.receiver.name if item.receiver is not None else item.written.rpartition(".")[2]
    return named is not None and ast.unparse(named).rpartition(".")[2] == own


def _runs_later(call: SignalCall, item: Connection) -> bool:
    if item.scope is not None:
        return False
    if call.scope is None:
        connected = getattr(item.call or item.node, "lineno", 0)
        return call.path == item.path and call.call.lineno > connected
    return is_hooking(call.scope) and not conditions(call.scope, call.call)


def sent(index: Index, signal: str, model: str) -> Iterator[ChainLink]:
    """Yield whether a signal of the project is sent, and with the model as its sender."""
    made = [one for one in index.signal_definitions() if one.dotted == signal]
    if not made:
        return
    asks = "the project sends it"
    calls = [c for c in index.signal_calls() if "send" in c.method and c.signal == signal]
    if not calls:
        named = index.containing(f"{made[0].name}.send".encode(), f"{made[0].name}.asend".encode())
        answer: Answer = "unknown" if named else "no"
        says = "no code that sends it was found" if named else "nothing sends it"
        yield ChainLink(asks, answer, says, made[0].path, made[0].node.lineno)
        return
    own = sender_key(index, model)
    senders = {call: _sender(index, call) for call in calls}
    fits = [call for call, name in senders.items() if name in ("", own)]
    if fits:
        yield ChainLink(asks, "yes", _at(fits[0]), fits[0].path, fits[0].call.lineno)
    else:
        names = ", ".join(sorted({sender_name(index, name) for name in senders.values()}))
        says = f"it is sent with {names} as the sender only, not with {sender_name(index, model)}"
        yield ChainLink(asks, "no", says, calls[0].path, calls[0].call.lineno)


def _at(call: SignalCall) -> str:
    return f"in {call.scope.qualname}()" if call.scope is not None else "on import"


def _sender(index: Index, call: SignalCall) -> str:
    """Return the sender key of a send, "" if it is known only at run time."""
    given = {one.arg: one.value for one in call.call.keywords}
    value = given.get("sender", call.call.args[0] if call.call.args else None)
    name = resolve(index.code, call.path, dotted(value), call.scope) if value is not None else ""
    model = index.model(name)
    return sender_key(index, model.dotted) if model is not None else ""


def before(index: Index, item: Connection, signal: str, sender: str) -> Iterator[ChainLink]:
    """Yield a link if a receiver that Django calls earlier always raises."""
    for other, _ in listeners(index, signal, sender_key(index, sender)):
        if other.node is item.node:
            return
        function = other.receiver
        if function is not None and _always_raises(function):
            says = f"{function.name} runs before it and raises: send() stops there"
            place = (function.path, function.node.lineno)
            yield ChainLink("the receivers before it let it run", "no", says, *place)


def _always_raises(function: FunctionRef) -> bool:
    node = function.node
    if isinstance(node, ast.Lambda):
        return False
    for stmt in node.body:
        if isinstance(stmt, ast.Raise):
            return True
        if any(isinstance(one, (ast.Return, ast.Yield)) for one in ast.walk(stmt)):
            return False
    return False


def returns_nothing(index: Index, item: Connection) -> str:
    """Return the function whose result is connected but which returns nothing, "" for none."""
    target = item.target
    if not isinstance(target, ast.Call):
        return ""
    name = resolve(index.code, item.path, dotted(target.func), item.scope)
    function = find_function(index.code, name)
    if function is None or isinstance(function.node, ast.Lambda) or function.node.decorator_list:
        return ""
    body = (one for stmt in function.node.body for one in ast.walk(stmt))
    gives = any(
        isinstance(one, (ast.Yield, ast.YieldFrom, ast.Await))
        or (isinstance(one, ast.Return) and one.value is not None)
        for one in body
    )
    return "" if gives else function.name
