"""Receivers that nobody waits for: of migrations, of Celery's signals, and of the project's own that only background code sends."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from signalgen.check.tasks import task_kind

if TYPE_CHECKING:
    from signalgen.index import Index
    from signalgen.values.index import FunctionRef, Receiver

_ELSEWHERE = re.compile(
    r"^celery\.|\.(?:pre_migrate|post_migrate|class_prepared|setting_changed|autoreload_started)$"
)
_COMMAND = re.compile(r"(?:^|/)management/commands/")
_DEEPEST = 3


def runs_in_background(index: Index, receiver: Receiver, depth: int = 0) -> bool:
    """Tell whether all signals of a receiver are sent where no request waits."""
    return bool(receiver.signals) and all(
        is_background_signal(index, name, depth) for name in receiver.signals
    )


def is_background_signal(index: Index, signal: str, depth: int = 0) -> bool:
    """Tell whether a signal is certainly sent by migrations, workers and commands only.

    Of a signal of the project every send must be known to stand in a task, a command, or a receiver of such a signal.
    """
    if _ELSEWHERE.search(signal):
        return True
    if index.signals.definition(signal) is None or depth >= _DEEPEST:
        return False
    key = f"background {signal}"
    known = index.lazy.get(key)
    if not isinstance(known, bool):
        index.lazy[key] = False
        sends = [
            item for item in index.signal_calls() if item.signal == signal and item.method != "disconnect"
        ]
        known = bool(sends) and all(_is_background(index, item.path, item.scope, depth) for item in sends)
        index.lazy[key] = known
    return known


def _is_background(index: Index, path: str, scope: FunctionRef | None, depth: int) -> bool:
    """Tell whether code at a place only ever runs in a task, a command, or a receiver that does."""
    if _COMMAND.search(path):
        return True
    while scope is not None:
        if task_kind(index, scope) is not None:
            return True
        receiver = index.receiver_of(scope)
        if receiver is not None:
            return runs_in_background(index, receiver, depth + 1)
        if scope.outer is None:
            return depth < _DEEPEST and _used_in_background(index, scope, depth)
        scope = scope.outer
    return False


def _used_in_background(index: Index, function: FunctionRef, depth: int) -> bool:
    """Tell whether a function, or the class that it is a method of, is named in background code and nowhere else."""
    node = function.cls or function.node
    if isinstance(node, ast.Lambda):
        return False
    found = False
    for path, item in index.nodes(node.name.encode()):
        used = item.node
        name = used.id if isinstance(used, ast.Name) else used.attr if isinstance(used, ast.Attribute) else ""
        if name != node.name:
            continue
        if not _is_background(index, path, item.scope, depth + 1):
            return False
        found = True
    return found
