"""A record with a git conflict, left by two branches that both ran `new`.

``decode_unmerged(...)`` reads it: an entry of either branch counts if the merged code has it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from signalgen.merge.baseline import decode
from signalgen.merge.presence import held
from signalgen.values.change import Baseline

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from signalgen.merge.undo import Pair
    from signalgen.values.change import BaselineEntry

    Read = Callable[[str], bytes | None]

_OPENS, _BASE, _MIDDLE, _CLOSES = b"<<<<<<<", b"|||||||", b"=======", b">>>>>>>"


def decode_unmerged(data: bytes | None, app: str, read: Read) -> Baseline:
    """Return the baseline of ``app``; ``read`` returns the files that decide a conflict.

    Raises UnsafeError as ``decode`` does.
    """
    if data is None or not any(line.startswith(_OPENS) for line in data.splitlines()):
        return decode(data, app)
    one, two = (decode(_side(data, number), app) for number in (0, 1))
    found = {}
    for key in {**one.entries, **two.entries}:
        both = [side.entries[key] for side in (one, two) if key in side.entries]
        if (entry := _entry(both, read)) is not None:
            found[key] = entry
    created = {path for path in (*one.created, *two.created) if read(path) is not None}
    undo = {
        path: _pairs(one.undo.get(path, ()), two.undo.get(path, ()), _text(read, path))
        for path in {**one.undo, **two.undo}
    }
    return Baseline(app, found, tuple(sorted(created)), undo)


def _side(data: bytes, wanted: int) -> bytes:
    lines: list[bytes] = []
    side = -1
    for line in data.splitlines(keepends=True):
        mark = line[:7]
        if mark in (_OPENS, _BASE, _MIDDLE, _CLOSES):
            side = {_OPENS: 0, _BASE: 2, _MIDDLE: 1, _CLOSES: -1}[mark]
        elif side in (-1, wanted):
            lines.append(line)
    return b"".join(lines)


def _entry(both: Sequence[BaselineEntry], read: Read) -> BaselineEntry | None:
    there = [entry for entry in both if entry.text in _text(read, entry.path)]
    imports = tuple(sorted({key for entry in both for key in entry.imports}))
    if there or len(both) > 1:
        return replace((there or both)[0], imports=imports)
    # Only one branch has it: it was added there, or removed on the other.
    only = both[0]
    return only if only.deleted or held(read(only.path) or b"", [only]) else None


def _pairs(one: Sequence[Pair], two: Sequence[Pair], text: str) -> tuple[Pair, ...]:
    every = list(dict.fromkeys((*one, *two)))
    kept = [pair for pair in every if (pair in one and pair in two) or pair[1] in text]
    # The head of a generated file has lines of both branches, and matches neither record.
    heads = [after for before, after in every if not before and (before, after) not in kept]
    known = {line for head in heads for line in head.split("\n")}
    lines = text.split("\n")
    size = next((at for at, line in enumerate(lines) if line not in known), len(lines))
    head = "\n".join(lines[:size]).rstrip("\n")
    return (*kept, ("", f"{head}\n")) if head else tuple(kept)


def _text(read: Read, path: str) -> str:
    return (read(path) or b"").decode("utf-8", "replace").replace("\r\n", "\n")
