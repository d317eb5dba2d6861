"""Where known signals are sent and disconnected: ``signal_calls`` is the entry."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from signalgen.index.reading.resolving import resolve
from signalgen.index.reading.scopes import scoped
from signalgen.late import pattern
from signalgen.values.index import SignalCall

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from signalgen.index.reading.code import Codebase
    from signalgen.index.signals.definitions import Signals

METHODS = frozenset({"send", "send_robust", "asend", "asend_robust", "disconnect"})
DISCONNECT = b".disconnect("
NEEDLES = (b".send", b".asend", DISCONNECT)
_CALL = pattern(rb"\.\s*(?:a?send(?:_robust)?|disconnect)\b")
_METHOD = pattern(rb"\b(?:a?send(?:_robust)?|disconnect)\b")
_OWNER = pattern(rb"[\w.]*\s*\Z")
_IMPORTED = pattern(rb"import(?<!\wimport)\b[ \t]*(?:\([^)]*\)|(?:[^\n]*\\\r?\n)*[^\n]*)")
_LONGEST = 200


def signal_calls(
    code: Codebase,
    signals: Signals,
    paths: Iterable[str],
    needles: tuple[bytes, ...] = NEEDLES,
) -> Iterator[SignalCall]:
    """Yield the sends and disconnects in the files at ``paths``.

    Where only some are wanted, ``needles`` are what they have in them: of the others, some may be
    left out.
    """
    for path in paths:
        data = code.data(path)
        # Cheapest test first: most files do not mention signals.
        if (b"ignal" not in data and b"_disconnect" not in data) or not any(
            n in data for n in needles
        ):
            continue
        outline = code.outline(path)
        for chunk in outline.chunks:
            source = outline.source(chunk)
            if any(needle in source for needle in needles) and _may_call(
                code, signals, path, source
            ):
                lines = outline.lines(chunk, _METHOD)
                yield from _in(code, signals, path, code.parsed(path, chunk), lines)


def _may_call(code: Codebase, signals: Signals, path: str, source: bytes) -> bool:
    # By the names before ".send": parsing the statement takes longer.
    imported = b"\n".join(_IMPORTED.findall(source)) if b"import" in source else b""
    for found in _CALL.finditer(source):
        before = source[max(0, found.start() - _LONGEST) : found.start()]
        owner = _OWNER.search(before)
        name = owner[0].strip() if owner is not None else b""
        if owner is not None and b"\n" in owner[0] and b"#" in before:
            return True  # the name may be the last word of a comment
        if not name or name.startswith(b"."):
            rest = before[: len(before) - len(owner[0])] if owner is not None else b""
            if rest[-1:] not in (b")", b"]", b"}", b'"', b"'"):
                return True  # a comment or a line end lies between
        elif (
            name.partition(b".")[0] in imported
            or _is_signal(code, signals, path, name.decode())
            or _is_made_here(code, path, name)
        ):
            return True
    return False


def _is_made_here(code: Codebase, path: str, name: bytes) -> bool:
    owner, _, last = name.partition(b".")
    if owner not in (b"self", b"cls"):
        return False
    made = rb"\b" + re.escape(last) + rb"\b[^\n=]*=[^\n=]*Signal\w*\("
    return re.search(made, code.data(path)) is not None


def _is_signal(code: Codebase, signals: Signals, path: str, written: str) -> bool:
    if signals.canonical(written, written):
        return True
    return bool(signals.canonical(resolve(code, path, written), written))


def _in(
    code: Codebase, signals: Signals, path: str, stmts: tuple[ast.stmt, ...], lines: list[int]
) -> Iterator[SignalCall]:
    for node, scope, _ in scoped(code, path, stmts, wanted=(ast.Call,), lines=lines):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        if node.func.attr in METHODS:
            signal = signals.named(path, node.func.value, scope)
            if signal:
                yield SignalCall(path, code.module(path), node.func.attr, signal, node, scope)
