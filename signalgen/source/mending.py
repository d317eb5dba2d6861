"""Leaves out the smallest statements that a parser rejects: ``mend(data, read)``.

Each becomes ``( )`` over the same bytes and lines, so that offsets stay valid and one statement
stays one statement.
"""

from __future__ import annotations

import re
from dataclasses import field
from typing import TYPE_CHECKING, NamedTuple

from signalgen.late import dataclass, pattern
from signalgen.source.lexing import logical_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from signalgen.source.lexing import Line

    Read = Callable[[bytes], bytes | None]

_BOM = b"\xef\xbb\xbf"
_CLAUSE = pattern(rb"(?:elif|else|except|finally)\b")
_DECORATED = pattern(rb"@|(?:async[ \t]+)?def\b|class\b")
_CASE = pattern(rb"case\b")
_DEEPEST = 30
_MOST = 16_000_000
"""The most bytes to parse in search of the faults of one file."""


class Mended(NamedTuple):
    """A text that parses, where statements were left out, and whether their ends are certain."""

    data: bytes
    gaps: tuple[tuple[int, int], ...]
    certain: bool


@dataclass(slots=True)
class _Mending:
    data: bytearray
    read: Read
    left: int = _MOST
    gaps: list[tuple[int, int]] = field(default_factory=list)


def mend(data: bytes, read: Read, *, surely: bool = False) -> Mended:
    """Return ``data`` without the statements that ``read`` rejects.

    With ``surely``, none is left out if its end is uncertain. ``read`` returns a text unchanged, or
    in an equally long spelling that parses, or None if neither parses.
    """
    whole = read(data)
    if whole is not None:
        return Mended(whole, (), certain=True)
    lines, certain = logical_lines(data, len(_BOM) if data.startswith(_BOM) else 0)
    if surely and not certain:
        return Mended(data, (), certain)
    work = _Mending(bytearray(data), read)
    _mend(work, lines, 0)
    made = read(bytes(work.data))
    if made is None:  # a cookie that names no encoding, most likely
        return Mended(re.sub(rb"[^\r\n]", b" ", data), ((0, len(data)),), certain=False)
    return Mended(made, tuple(sorted(work.gaps)), certain)


def _mend(work: _Mending, lines: Sequence[Line], depth: int) -> None:
    for group in _groups(work, lines):
        if _takes(work, group):
            continue
        known = len(work.gaps)
        # Inner statements first: the whole is left out only if it still fails without them.
        blocks = list(_blocks(group)) if depth < _DEEPEST else []
        for block in blocks:
            if not _takes(work, block):
                _mend(work, block, depth + 1)
        if not blocks or not _takes(work, group):
            start, end = group[0].start, group[-1].end
            work.gaps[known:] = [(start, end)]
            work.data[start:end] = _filler(bytes(work.data[start:end]))


def _groups(work: _Mending, lines: Sequence[Line]) -> Iterator[Sequence[Line]]:
    """Yield the statements of a block, each with its body, further clauses and decorators."""
    start = 0
    while start < len(lines):
        indent, end = lines[start].indent, start + 1
        decorated = work.data.startswith(b"@", lines[start].start)
        while end < len(lines) and lines[end].indent >= indent:
            if lines[end].indent == indent:
                goes_on = _DECORATED if decorated else _CLAUSE
                if not goes_on.match(work.data, lines[end].start):
                    break
                decorated = work.data.startswith(b"@", lines[end].start)
            end += 1
        yield lines[start:end]
        start = end


def _blocks(group: Sequence[Line]) -> Iterator[Sequence[Line]]:
    start = 0
    for at in range(1, len(group) + 1):
        if at == len(group) or group[at].indent <= group[0].indent:
            if at > start + 1:
                yield group[start + 1 : at]
            start = at


def _takes(work: _Mending, lines: Sequence[Line]) -> bool:
    """Return whether ``lines`` parse; if so, store the spelling that does."""
    start, end = work.data.rfind(b"\n", 0, lines[0].start) + 1, lines[-1].end
    if not lines[0].indent:
        start = lines[0].start
    text = bytes(work.data[start:end])
    work.left -= len(text)
    if work.left < 0:
        return False
    # A block on its own parses only below a header of the right kind.
    case = _CASE.match(work.data, lines[0].start) is not None
    around = b"" if not lines[0].indent else b"match 0:\n" if case else b"if 1:\n"
    made = work.read(around + text + b"\n")
    if made is None:
        return False
    work.data[start:end] = made[len(around) : -1]
    return True


def _filler(text: bytes) -> bytes:
    if len(text) == 1:
        return b"0"
    return b"(" + re.sub(rb"[^\r\n]", b" ", text[1:-1]) + b")"
