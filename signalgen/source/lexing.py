"""Splits text into logical lines: ``logical_lines``. It knows strings, comments and brackets."""

from __future__ import annotations

import re

from signalgen.late import dataclass, pattern

_LONG = (
    rb'"""[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*"""'
    rb"|'''[^'\\]*(?:(?:\\.|'(?!''))[^'\\]*)*'''"
)
_SHORT = rb"\"[^\"\\\n]*(?:\\.[^\"\\\n]*)*\"|'[^'\\\n]*(?:\\.[^'\\\n]*)*'|#[^\n]*"
SKIPPED = pattern(_LONG + b"|" + _SHORT, re.DOTALL)
"""A string or a comment."""
_TOKEN = pattern(_LONG + b"|\"\"\"|'''|" + _SHORT + rb"|[\[({\])}]|\\\r?\n|\n", re.DOTALL)
_TRIPLE = pattern(rb"\"\"\"|'''")
_DOUBTFUL = pattern(rb"[\"'#]")
_BACKSLASH = ord("\\")
_MOST_OPEN = 100


@dataclass(frozen=True, slots=True)
class Line:
    """A logical line without its comment: start after the indentation, end, and indentation."""

    start: int
    end: int
    indent: int


def within(spans: list[tuple[int, int]], at: int) -> bool:
    """Return whether one of the sorted ``spans`` starts before ``at`` and ends after it."""
    # Bisection by the ends of the spans, which do not overlap.
    low, high = 0, len(spans)
    while low < high:
        middle = (low + high) // 2
        if spans[middle][1] <= at:
            low = middle + 1
        else:
            high = middle
    return low < len(spans) and spans[low][0] < at


def long_strings(buffer: bytes) -> list[tuple[int, int]]:
    """Return where the strings of several lines are: no statement begins inside of them."""
    if b'"""' not in buffer and b"'''" not in buffer:
        return []
    found = _plain_strings(buffer)
    if found is None:
        found = [item.span() for item in SKIPPED.finditer(buffer)]
    return [(start, end) for start, end in found if b"\n" in buffer[start:end]]


def _plain_strings(buffer: bytes) -> list[tuple[int, int]] | None:
    # A quote or hash before an opening calls for the exact but slower pattern: None.
    spans = []
    at = 0
    while opening := _TRIPLE.search(buffer, at):
        line = max(at, buffer.rfind(b"\n", 0, opening.start()) + 1)
        close = buffer.find(opening[0], opening.end())
        if (
            close < 0
            or buffer[close - 1] == _BACKSLASH
            or _DOUBTFUL.search(buffer, line, opening.start())
        ):
            return None
        at = close + 3
        spans.append((opening.start(), at))
    return spans


def logical_lines(data: bytes, start: int) -> tuple[list[Line], bool]:
    """Return the logical lines from ``start`` on, and whether their ends are certain.

    They are certain if no bracket or string stays open. A line with an unclosed bracket ends with
    its first physical line.
    """
    lines: list[Line] = []
    certain, opened = True, 0
    while start < len(data):
        end, line, closed = _next(data, start, cut=opened >= _MOST_OPEN)
        certain = certain and closed
        opened += not closed
        if line is not None:
            lines.append(line)
        start = end
    return lines, certain


def _next(data: bytes, start: int, *, cut: bool) -> tuple[int, Line | None, bool]:
    """Return the start of the next line, the line at ``start`` if any, and whether it is closed.

    With ``cut``, an open bracket takes the rest of the text: repeated searches for its end are too
    slow.
    """
    depth, certain, first = 0, True, -1
    comment = -1
    for token in _TOKEN.finditer(data, start):
        mark = token[0]
        if mark == b"\n":
            first = token.end() if first < 0 else first
            if depth <= 0:
                return token.end(), _line(data, start, comment, token.start()), certain
            comment = -1
        elif mark in (b"(", b"[", b"{"):
            depth += 1
        elif mark in (b")", b"]", b"}"):
            depth -= 1
            certain = certain and depth >= 0
        elif mark in (b'"""', b"'''"):
            certain = False
        comment = token.start() if mark.startswith(b"#") else comment
    if depth > 0 and first >= 0 and not cut:
        return first, _line(data, start, -1, first), False
    return len(data), _line(data, start, comment, len(data)), certain and depth <= 0


def _line(data: bytes, start: int, comment: int, end: int) -> Line | None:
    code = data[start : comment if comment >= 0 else end].rstrip()
    if not code.strip():
        return None
    text = code.lstrip(b" \t\f")
    lead = code[: len(code) - len(text)]
    indent = len(lead.rpartition(b"\f")[2].expandtabs(8))
    return Line(start + len(lead), start + len(code), indent)
