"""Functions that look like receivers but are not connected: ``unconnected``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.check import Choice, located
from signalgen.dotted import dotted
from signalgen.index.memo import answered_once
from signalgen.values.why import Chain, ChainLink

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index
    from signalgen.values.check import Finding

_ASKS, _RULE = "the registration is effective", "SG110"


def unconnected(index: Index, signal: str, model: str, receiver: str = "") -> Iterator[Chain]:
    """Yield a chain for each ineffective registration that may be the one asked about.

    ``signal`` and ``model`` are plain names. A bare ``@receiver`` names neither, so it always
    counts; with ``receiver``, a function's name or its last parts, only that function counts.
    """
    connected = {id(node) for item in index.connections for node in (item.node, item.call)}
    for found, node in _unreal(index):
        name = _name(found, node)
        if id(node) in connected or not name:
            continue
        if receiver and not f".{receiver}".lower().endswith(f".{name}".lower()):
            continue
        if not receiver and not _may_mean(node, signal, model):
            continue
        link = ChainLink(_ASKS, "no", found.message, found.path, found.line, _RULE)
        full = f"{index.code.module(found.path)}.{name}"
        yield Chain(full, "no signal", "nobody", found.path, found.line, (link,))


@answered_once
def _unreal(index: Index) -> tuple[tuple[Finding, ast.AST], ...]:
    return tuple(located(index, Choice(select=(_RULE,)), frozenset()))


def _name(found: Finding, node: ast.AST) -> str:
    """Return the name of the decorated function, or of the one passed to a call."""
    given = node.args[0] if isinstance(node, ast.Call) and node.args else None
    if isinstance(given, ast.Call):
        given = given.func
    return found.context or dotted(given)


def _may_mean(node: ast.AST, signal: str, model: str) -> bool:
    if not isinstance(node, ast.Call):
        return True
    names = {dotted(one).rpartition(".")[2] for one in ast.walk(node)}
    texts = {one.value for one in ast.walk(node) if isinstance(one, ast.Constant)}
    sender = any(isinstance(one, str) and one.endswith(f".{model}") for one in texts)
    says_sender = any(word.arg == "sender" for word in node.keywords)
    return signal in names and (not says_sender or model in names or sender)
