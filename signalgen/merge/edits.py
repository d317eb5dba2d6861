r"""Edits by byte span and line arithmetic: ``apply(data, edits)``. Nothing here depends on Python.

Offsets count bytes of the file on disk; ``\n``, ``\r\n`` and a bare ``\r`` all end a line.
"""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

from signalgen.late import dataclass, pattern

if TYPE_CHECKING:
    from collections.abc import Iterable

    from signalgen.values.source import Module

_EOL = pattern(rb"\r\n|\n|\r")
_BLANK_HEAD = pattern(rb"(?:[ \t\f]*(?:\r\n|\n|\r))*")


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Replace the bytes ``start`` to ``end`` with ``new``."""

    start: int
    end: int
    new: bytes


def apply(data: bytes, edits: Iterable[Edit]) -> bytes:
    """Return ``data`` with ``edits`` made; edits at one offset keep their order, none overlap."""
    parts: list[bytes] = []
    at = 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        parts += (data[at : edit.start], edit.new)
        at = max(at, edit.end)
    return b"".join([*parts, data[at:]])


def encode(module: Module, text: str) -> bytes:
    """Return ``text``, which uses LF, in the encoding and line endings of the file."""
    if module.newline != "\n":
        text = text.replace("\n", module.newline)
    return text.encode(module.encoding)


def decode(module: Module, start: int, end: int) -> str:
    """Return the source between two offsets with LF line endings."""
    text = module.data[start:end].decode(module.encoding, "replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def first_offset(data: bytes) -> int:
    """Return where the text begins: after a BOM."""
    return len(codecs.BOM_UTF8) if data.startswith(codecs.BOM_UTF8) else 0


def line_start(data: bytes, at: int) -> int:
    """Return the offset where the line of ``at`` begins."""
    return max(data.rfind(b"\n", 0, at) + 1, data.rfind(b"\r", 0, at) + 1, first_offset(data))


def previous_line(data: bytes, start: int) -> int:
    """Return the start of the line above the one that begins at ``start`` (not the first)."""
    return line_start(data, start - 2 if data[start - 2 : start] == b"\r\n" else start - 1)


def line_end(data: bytes, at: int) -> int:
    """Return the offset where the line of ``at`` ends, before its line end."""
    found = _EOL.search(data, _off_line_end(data, at))
    return found.start() if found else len(data)


def next_line(data: bytes, at: int) -> int:
    """Return the offset of the line after the one of ``at``."""
    found = _EOL.search(data, _off_line_end(data, at))
    return found.end() if found else len(data)


def _off_line_end(data: bytes, at: int) -> int:
    # Comment nodes of the parser include the CR of a CRLF.
    return at - 1 if data[at - 1 : at + 1] == b"\r\n" else at


def ends_line(data: bytes, at: int) -> bool:
    """Return whether ``at`` is right after a line end or at the start of the file."""
    return at == first_offset(data) or data[at - 1 : at] in (b"\n", b"\r")


def blanks_before(data: bytes, at: int) -> int:
    """Return how many empty lines are right before ``at``, which begins a line."""
    first = first_offset(data)
    start = at
    while start > first and data[start - 1 : start] in b" \t\f\r\n":
        start -= 1
    ends = len(_EOL.findall(data, start, at))
    return ends if start == first else max(0, ends - 1)


def blanks_after(data: bytes, at: int) -> int:
    """Return how many empty lines follow from ``at``, which begins a line."""
    found = _BLANK_HEAD.match(data, at)
    return len(_EOL.findall(found.group())) if found else 0


def first_line(data: bytes) -> int:
    """Return where the first line begins that is not empty."""
    found = _BLANK_HEAD.match(data, first_offset(data))
    return found.end() if found else first_offset(data)


def is_blank(data: bytes, start: int, end: int) -> bool:
    """Return whether only white space is between two offsets."""
    return not data[start:end].strip(b" \t\f\r\n")
