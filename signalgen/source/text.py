"""A file's encoding, line endings, indentation and positions, for parsing: ``read_text(data)``.

tree-sitter wants UTF-8 and LF or CRLF. Files in other encodings or with bare CRs are passed to it
as a copy of the same length with those bytes replaced, so that every offset is still an offset on
disk.
"""

from __future__ import annotations

import codecs
import re
from array import array
from bisect import bisect_right
from collections import Counter
from dataclasses import field
from typing import Literal

from signalgen.late import dataclass, pattern
from signalgen.values.span import Span, SyntaxProblem

_BOM = codecs.BOM_UTF8
_COOKIE = pattern(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_BLANK = pattern(rb"^[ \t\f]*(?:#.*)?$")
_BARE_CR = pattern(rb"\r(?!\n)")
_INDENT = pattern(
    rb"^(?:(?:async[ \t]+)?def|class|if|for|while|try|with)\b.*:[ \t]*\r?\n([ \t]+)\S", re.MULTILINE
)
_HEAD = 400


@dataclass(frozen=True, slots=True)
class Text:
    """A file's bytes and their properties; ``buffer``, of the same length, is for tree-sitter."""

    data: bytes
    buffer: bytes
    encoding: str
    bom: bool
    newline: Literal["\n", "\r\n", "\r"]
    ascii: bool
    problem: SyntaxProblem | None
    counted: list[array[int]] = field(default_factory=list)

    @property
    def first(self) -> int:
        """Where the first line starts: columns count from after the BOM."""
        return len(_BOM) if self.bom else 0

    @property
    def starts(self) -> array[int]:
        """Where each line starts. They are found on first use."""
        if not self.counted:
            found = (match.end() for match in re.finditer(b"\n", self.buffer))
            self.counted.append(array("L", (self.first, *found)))
        return self.counted[0]

    def span(self, start: int, end: int) -> Span:
        """Return the Span of the bytes ``start`` to ``end``."""
        line = bisect_right(self.starts, start)
        first = self.starts[line - 1]
        if self.ascii:
            return Span(start, end, line, start - first + 1)
        return Span(
            start, end, line, len(self.data[first:start].decode(self.encoding, "replace")) + 1
        )

    def decode(self, start: int, end: int) -> str:
        """Return the source between two offsets."""
        return self.data[start:end].decode(self.encoding, "replace")


def read_text(data: bytes) -> Text:
    """Detect encoding, line endings and line starts of ``data``; a bad encoding is a problem."""
    bom = data.startswith(_BOM)
    encoding, problem = _encoding(data, bom=bom)
    buffer = data
    if not data.isascii() and encoding != "utf-8":
        buffer = _same_length(data, encoding)
    if b"\r" in buffer:
        buffer = _BARE_CR.sub(b"\n", buffer)
    text = Text(data, buffer, encoding, bom, _newline(data), data.isascii(), problem)
    if problem is None and (nul := data.find(b"\0")) >= 0:
        return _with_problem(text, nul, "NUL byte")
    if problem is None and not text.ascii:
        return _check_decodes(text)
    return text


def indent_of(buffer: bytes) -> str:
    """Return the indentation unit of a file, four spaces if nothing is indented."""
    found = Counter(match.group(1) for match in _INDENT.finditer(buffer))
    if not found:
        return "    "
    unit = found.most_common(1)[0][0]
    return "\t" if unit.startswith(b"\t") else unit.decode("ascii")


def _encoding(data: bytes, *, bom: bool) -> tuple[str, SyntaxProblem | None]:
    lines = (
        data[len(_BOM) if bom else 0 :][:_HEAD]
        .replace(b"\r\n", b"\n")
        .replace(b"\r", b"\n")
        .split(b"\n")[:2]
    )
    # PEP 263: the cookie is in one of the first two lines, below only comments or blanks.
    for number, line in enumerate(lines, 1):
        if found := _COOKIE.match(line):
            return _known(found.group(1).decode("ascii", "replace"), number, bom=bom)
        if not _BLANK.match(line):
            break
    return "utf-8", None


def _known(name: str, line: int, *, bom: bool) -> tuple[str, SyntaxProblem | None]:
    try:
        encoding = codecs.lookup(name).name
        "".encode(encoding)
    except (LookupError, UnicodeError):
        return "utf-8", SyntaxProblem(line, 1, f"unknown encoding {name!r}")
    if bom and encoding != "utf-8":
        return "utf-8", SyntaxProblem(
            line, 1, f"the file starts with a UTF-8 BOM, but its cookie says {name!r}"
        )
    return ("utf-8" if encoding == "utf-8-sig" else encoding), None


def _same_length(data: bytes, encoding: str) -> bytes:
    """Replace each non-ASCII character by as many ASCII letters as it has bytes in ``encoding``."""
    try:
        encoder = codecs.getincrementalencoder(encoding)()
        chars = [(char, encoder.encode(char)) for char in data.decode(encoding)]
    except (UnicodeError, LookupError):
        return re.sub(rb"[\x80-\xff]", b"x", data)
    buffer = b"".join(raw if char.isascii() else b"x" * len(raw) for char, raw in chars)
    return buffer if len(buffer) == len(data) else re.sub(rb"[\x80-\xff]", b"x", data)


def _newline(data: bytes) -> Literal["\n", "\r\n", "\r"]:
    if b"\r" not in data:
        return "\n"
    crlf = data.count(b"\r\n")
    lf = data.count(b"\n") - crlf
    cr = data.count(b"\r") - crlf
    if crlf > lf and crlf >= cr:
        return "\r\n"
    return "\r" if cr > lf else "\n"


def _check_decodes(text: Text) -> Text:
    try:
        text.data.decode(text.encoding)
    except UnicodeDecodeError as error:
        return _with_problem(text, error.start, f"not {text.encoding}: {error.reason}")
    return text


def _with_problem(text: Text, offset: int, message: str) -> Text:
    at = text.span(offset, offset)
    problem = SyntaxProblem(at.line, at.column, message)
    return Text(
        text.data,
        text.buffer,
        text.encoding,
        text.bom,
        text.newline,
        text.ascii,
        problem,
    )
