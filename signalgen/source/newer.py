"""Rewrites Python newer than tree-sitter's grammar in older spellings of equal length.

``for_grammar(data)`` is the entry; all offsets stay valid. It is called only for a text that was
rejected. The rewritten syntax is never valid in an older Python, so nothing else changes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from signalgen.late import pattern
from signalgen.source.lexing import SKIPPED, within

if TYPE_CHECKING:
    from collections.abc import Iterator

_LAZY = pattern(
    rb"(?:^(?:\xef\xbb\xbf)?|;)[ \t\f]*(?P<lazy>lazy(?P<gap>[ \t]+)(?P<word>import|from))\b",
    re.MULTILINE,
)
_GENERIC = pattern(
    rb"^(?:\xef\xbb\xbf)?[ \t\f]*(?:(?:async[ \t]+)?def|class|type)[ \t]+\w+[ \t]*(?P<open>\[)",
    re.MULTILINE,
)
_UNPACKED = pattern(rb"[\[({]\s*(?P<stars>\*\*?)")
_BARE_EXCEPT = pattern(rb"^[ \t\f]*except\*?[ \t][^:#\r\n()]*,[^:#\r\n()]*:", re.MULTILINE)
_LAST_COMMA = pattern(rb",(?=[ \t]*:)")
_INSIDE = pattern(SKIPPED.pattern + rb"|[\[\](){},=]|\bfor\b", re.DOTALL)

_FAR, _DEEP = 10_000, 20
"""How far to search after a bracket: an unclosed one must not cost repeated full scans."""
LAZY = "a lazy import"


class Newer(NamedTuple):
    """A use of newer syntax: its offset, the first Python with it, and its name."""

    start: int
    version: tuple[int, int]
    what: str


class Older(NamedTuple):
    """A text in older spellings, and the newer syntax in it."""

    data: bytes
    newer: tuple[Newer, ...]


def for_grammar(data: bytes) -> Older:
    """Return ``data`` in a spelling that tree-sitter's grammar parses."""
    made = bytearray(data)
    found: list[Newer] = []
    strings = [match.span() for match in SKIPPED.finditer(data)]
    for match in _outside(_LAZY, data, strings):
        # ``lazy import`` becomes ``import`` followed by blanks of the same length.
        word = match["word"] + match["gap"]
        made[slice(*match.span("lazy"))] = word.ljust(len(match["lazy"]))
        found.append(Newer(match.start("lazy"), (3, 15), LAZY))
    for match in _outside(_GENERIC, data, strings):
        for start, end in _defaults(data, match.end("open")):
            blank(made, start, end)
            found.append(Newer(start, (3, 13), "a default of a type parameter"))
    for match in _outside(_UNPACKED, data, strings):
        if _is_comprehension(data, match.end("stars")):
            blank(made, *match.span("stars"))
            found.append(Newer(match.start("stars"), (3, 15), "unpacking in a comprehension"))
    for match in _outside(_BARE_EXCEPT, data, strings):
        last = _LAST_COMMA.search(match[0])
        if last is not None:
            made[match.start() + last.start()] = ord(" ")
            found.append(Newer(match.start(), (3, 14), "except without parentheses"))
    return Older(bytes(made), tuple(found))


def blank(made: bytearray, start: int, end: int) -> None:
    """Replace the bytes ``start`` to ``end`` with blanks; line endings stay."""
    made[start:end] = re.sub(rb"[^\r\n]", b" ", bytes(made[start:end]))


def _outside(
    pattern: re.Pattern[bytes], data: bytes, strings: list[tuple[int, int]]
) -> Iterator[re.Match[bytes]]:
    return (match for match in pattern.finditer(data) if not within(strings, match.start() + 1))


def _marks(data: bytes, at: int) -> Iterator[re.Match[bytes]]:
    """Yield the tokens directly inside the brackets open at ``at``, and the closing one."""
    depth = 0
    # Strings and comments match as one mark, so brackets inside of them do not count.
    for mark in _INSIDE.finditer(data, at, at + _FAR):
        if mark[0] in (b"(", b"[", b"{"):
            depth += 1
            if depth > _DEEP:
                return
        elif depth == 0:
            yield mark
        if mark[0] in (b")", b"]", b"}"):
            depth -= 1
            if depth < 0:
                return


def _defaults(data: bytes, at: int) -> Iterator[tuple[int, int]]:
    start = -1
    for mark in _marks(data, at):
        if mark[0] == b"=" and start < 0:
            start = mark.start()
        elif mark[0] in (b",", b"]") and start >= 0:
            yield start, mark.start()
            start = -1


def _is_comprehension(data: bytes, at: int) -> bool:
    ends = (b",", b"]", b")", b"}", b"for")
    return next((mark[0] for mark in _marks(data, at) if mark[0] in ends), b"") == b"for"
