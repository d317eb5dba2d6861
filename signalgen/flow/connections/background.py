"""Receivers that no request waits for (migrations, workers): ``runs_in_background``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.dotted import dotted
from signalgen.facts.tasks import HANDING
from signalgen.flow.connections.busses import BusSend, bus_sends, event_sends, is_of_bus
from signalgen.index.memo import remembered
from signalgen.index.tasks import task_library
from signalgen.late import dataclass, pattern

if TYPE_CHECKING:
    from typing import TypeGuard

    from signalgen.index import Index
    from signalgen.values.index import FunctionRef, Receiver

_ELSEWHERE = pattern(
    r"^celery\.|\.(?:pre_migrate|post_migrate|class_prepared|setting_changed|autoreload_started)$"
)
_NAMING = (ast.Name, ast.Attribute, ast.Call)
_COMMAND = pattern(r"(?:^|/)management/commands/")
_DEEPEST = 3


def runs_in_background(index: Index, receiver: Receiver, *, tasks: bool = True) -> bool:
    """Tell whether no request waits for a receiver; without ``tasks``, only periodic ones count."""
    # Of the whole project: one send elsewhere is enough to make a request wait.
    background = _Background(index.everything(), tasks)
    return bool(receiver.signals) and all(background.sends(name, 0) for name in receiver.signals)


@dataclass(frozen=True, slots=True)
class _Background:
    """The search for the places that send a signal; periodic tasks count even without ``tasks``."""

    index: Index
    tasks: bool

    def sends(self, signal: str, depth: int) -> bool:
        """Tell whether a signal is certainly sent by migrations, workers and commands only.

        For a signal of the project, every send must be in a task, a command, or a receiver of such
        a signal. A signal without visible sends is judged by the code that looks signals up and
        sends them; a signal of an event-bus package comes from another process unless the project
        sends it.
        """
        if _ELSEWHERE.search(signal):
            return True
        if depth < _DEEPEST and is_of_bus(signal):
            return all(self.holds(*place, depth) for place in event_sends(self.index, signal))
        if self.index.signals.definition(signal) is None or depth >= _DEEPEST:
            return False
        return _every_send_holds(self.index, self, signal, depth)

    def holds(self, path: str, scope: FunctionRef | None, depth: int) -> bool:
        """Tell whether code at a place runs only in a task, a command, or a receiver that does."""
        if _COMMAND.search(path):
            return True
        while scope is not None:
            if task_library(self.index, scope) is not None:
                return self.tasks or _is_periodic(scope)
            receiver = self.index.receiver_of(scope)
            if receiver is not None:
                return all(self.sends(name, depth + 1) for name in receiver.signals)
            if scope.outer is None:
                return depth < _DEEPEST and self._used(scope, depth)
            scope = scope.outer
        return False

    def _used(self, function: FunctionRef, depth: int) -> bool:
        if isinstance(function.node, ast.Lambda):
            return False
        if function.cls is None:
            return self._named(function.node.name, depth, method=False)
        return self._named(function.cls.name, depth, method=False) or self._named(
            function.node.name, depth, method=True
        )

    def _named(self, name: str, depth: int, *, method: bool) -> bool:
        queued: set[int] = set()
        found = False
        needle = f".{name}".encode() if method else name.encode()
        for path, item in self.index.nodes(needle, wanted=_NAMING, near=True):
            if _enqueues(item.node):
                # `queue.enqueue(function)` names the function without running it here.
                queued.add(id(item.node.args[0]))
            named = item.node.attr if isinstance(item.node, ast.Attribute) else dotted(item.node)
            if named != name or (method and isinstance(item.node, ast.Name)):
                continue
            found = True
            if id(item.node) not in queued and not self.holds(path, item.scope, depth + 1):
                return False
        return found


def _enqueues(node: ast.AST) -> TypeGuard[ast.Call]:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in HANDING
        and bool(node.args)
    )


def _is_periodic(function: FunctionRef) -> bool:
    decorators = getattr(function.node, "decorator_list", [])
    names = (dotted(item.func if isinstance(item, ast.Call) else item) for item in decorators)
    return any("periodic" in name for name in names)


@remembered(key=lambda search, signal, _depth: (search.tasks, signal), meanwhile=False)
def _every_send_holds(index: Index, search: _Background, signal: str, depth: int) -> bool:
    calls = index.signal_calls()
    named = [
        BusSend(item.path, item.scope)
        for item in calls
        if item.signal == signal and item.method != "disconnect"
    ]
    places = named or bus_sends(index)
    return bool(places) and all(search.holds(*place, depth) for place in places)
