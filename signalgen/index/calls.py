"""The places where known signals are sent and disconnected."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.index.scopes import scoped
from signalgen.values.index import SignalCall

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from signalgen.index.code import Code
    from signalgen.index.signals import Signals

METHODS = frozenset({"send", "send_robust", "asend", "asend_robust", "disconnect"})
_NEEDLES = (b".send", b".asend", b".disconnect(")


def signal_calls(code: Code, signals: Signals, paths: Iterable[str]) -> Iterator[SignalCall]:
    """Yield the sends and disconnects in the files at ``paths``."""
    for path in paths:
        data = code.data(path)
        if (b"ignal" not in data and b"_disconnect" not in data) or not any(n in data for n in _NEEDLES):
            continue
        outline = code.outline(path)
        for chunk in outline.chunks:
            if any(needle in outline.source(chunk) for needle in _NEEDLES):
                yield from _in(code, signals, path, code.parsed(path, chunk))


def _in(code: Code, signals: Signals, path: str, stmts: tuple[ast.stmt, ...]) -> Iterator[SignalCall]:
    for node, scope, _ in scoped(code, path, stmts, wanted=(ast.Call,)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        if node.func.attr in METHODS:
            signal = signals.named(path, node.func.value, scope)
            if signal:
                yield SignalCall(path, code.module(path), node.func.attr, signal, node, scope)
