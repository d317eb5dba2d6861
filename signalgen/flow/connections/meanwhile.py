"""Registrations that change while the process serves: ``per_request``, ``paused``, ``replaced``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.dotted import dotted
from signalgen.flow.connections.senders import is_plain, takes_lazy_sender
from signalgen.index.reading.given import argument, given
from signalgen.index.reading.listed import assigned_value
from signalgen.index.reading.scopes import FUNCTIONS
from signalgen.index.reading.walking import own_nodes, walk
from signalgen.late import dataclass, pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index
    from signalgen.values.index import Connection, FunctionRef, SignalCall

_BINDING = frozenset({"partial", "curry"})
_OWN = ("self", "cls")
# A command or a script ends with its process, and nobody else runs in it.
_ALONE = pattern(r"(?:^|/)(?:management/commands|scripts|bin)/|(?:^|/)manage\.py$")
_TRY = (ast.Try, *((ast.TryStar,) if hasattr(ast, "TryStar") else ()))


@dataclass(frozen=True, slots=True, eq=False)
class Paused:
    """A receiver that a function disconnects, to connect it again further down."""

    disconnect: SignalCall
    connection: Connection


def per_request(index: Index) -> Iterator[Connection]:
    """Yield the connections that each request makes again.

    They connect a function made for that request, or use a `dispatch_uid` with the request in it.
    """
    for item in index.connections:
        weak = item.weak
        strong = isinstance(weak, ast.Constant) and weak.value is False
        scope = item.scope
        if scope is None or not _serves(scope):
            continue
        if (strong and _is_made_there(item, scope)) or (
            (strong or weak is None) and _is_named_anew(item)
        ):
            yield item


def _is_named_anew(item: Connection) -> bool:
    """Tell whether a lasting function is connected under an identity that each request brings."""
    lasts = isinstance(item.target, ast.Attribute) or item.receiver is not None
    return (
        lasts
        and item.uid is not None
        and any(isinstance(node, ast.Name) and node.id == "request" for node in walk(item.uid))
    )


def _serves(scope: FunctionRef) -> bool:
    """Tell whether a function is one of a view, a middleware or a helper that takes the request."""
    while True:
        arguments = scope.node.args
        names = [one.arg for one in (*arguments.posonlyargs, *arguments.args)]
        names = names[1:] if names[:1] and names[0] in _OWN else names
        if names[:1] == ["request"] or _has_own_request(scope):
            return True
        if scope.outer is None:
            return False
        scope = scope.outer


def _has_own_request(scope: FunctionRef) -> bool:
    """Tell whether a method of a view reads ``self.request``."""
    return any(
        isinstance(node, ast.Attribute) and dotted(node) == "self.request"
        for node in walk(scope.node)
    )


def _is_made_there(item: Connection, scope: FunctionRef) -> bool:
    if item.style == "receiver":
        return item.receiver is not None and item.receiver.outer is not None
    return _is_new(item.target, scope)


def _is_new(node: ast.expr | None, scope: FunctionRef) -> bool:
    if isinstance(node, ast.Lambda):
        return True
    if isinstance(node, ast.Call):
        return dotted(node.func).rpartition(".")[2] in _BINDING
    if not isinstance(node, ast.Name):
        return False
    nested = any(
        isinstance(one, FUNCTIONS) and one.name == node.id for one in own_nodes(scope.node)
    )
    value = assigned_value(scope, node.id)
    return nested or (
        value is not None and not isinstance(value, ast.Name) and _is_new(value, scope)
    )


def is_disconnected(index: Index, item: Connection) -> bool:
    """Tell whether the class or module of a connection disconnects its signal anywhere."""
    return any(
        call.method == "disconnect" and call.path == item.path and call.signal in item.signals
        for call in index.everything().signal_calls()
    )


def _is_alone(index: Index, path: str) -> bool:
    """Tell whether a file runs in its own process: a command, or code that starts Django itself."""
    return bool(_ALONE.search(path)) or b"django.setup(" in index.code.data(path)


def paused(index: Index) -> Iterator[Paused]:
    """Yield what a function disconnects and connects again, other than in a ``finally``."""
    for call in index.signal_calls():
        scope = call.scope
        if call.method != "disconnect" or scope is None or _is_alone(index, call.path):
            continue
        receiver = given(argument(call.call, "receiver", 0))
        if receiver is None:
            continue
        for item in index.connections:
            again = item.call
            if (
                again is not None
                and item.scope is scope
                and item.style == "connect"
                and call.signal in item.signals
                and item.target is not None
                and ast.unparse(item.target) == ast.unparse(receiver)
                and again.lineno > call.call.lineno
                and not _is_certain(scope, call.call, again)
            ):
                yield Paused(call, item)
                break


def _is_certain(scope: FunctionRef, disconnect: ast.Call, again: ast.Call) -> bool:
    """Tell whether nothing between the two can fail, or a ``finally`` connects again."""
    last = (
        stmt for one in own_nodes(scope.node) if isinstance(one, _TRY) for stmt in one.finalbody
    )
    if any(again is node for stmt in last for node in walk(stmt)):
        return True
    return (disconnect.end_lineno or disconnect.lineno) + 1 >= again.lineno


def replaced(index: Index) -> Iterator[tuple[str, ast.stmt, str, FunctionRef | None]]:
    """Yield where the list of a signal's receivers is first replaced, with the signal."""
    seen: set[tuple[str, str, str]] = set()
    found = list(index.nodes(b".receivers", wanted=(ast.Assign, ast.AugAssign), near=True))
    kept = {name for path, item in found for name in _kept(path, item.node)}
    for path, item in found:
        node = item.node
        if not isinstance(node, (ast.Assign, ast.AugAssign)) or _is_alone(index, path):
            continue
        if (path, dotted(node.value)) in kept:  # this puts back what was there
            continue
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        for target in targets:
            if isinstance(target, ast.Attribute) and target.attr == "receivers":
                signal = index.signals.named(path, target.value, item.scope)
                where = path, item.scope.qualname if item.scope is not None else "", signal
                known = is_plain(index, signal) or takes_lazy_sender(index, signal)
                if signal and known and where not in seen:
                    seen.add(where)
                    yield path, node, signal, item.scope


def _kept(path: str, node: ast.AST) -> Iterator[tuple[str, str]]:
    """Yield the names that keep the list of a signal, with the file."""
    if isinstance(node, ast.Assign) and any(
        isinstance(one, ast.Attribute) and one.attr == "receivers" for one in walk(node.value)
    ):
        yield from ((path, dotted(target)) for target in node.targets if dotted(target))
