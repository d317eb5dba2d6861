"""A file cut into its top-level statements by one pass of regular expressions, so that only those in demand are parsed.

Reading a project for its signals touches a few statements in a few files. A whole parse of every file they lie in
would take most of the time of a run; the cut takes next to none. A cut may be wrong (a margin line inside brackets):
``statements`` then falls back on the whole file, so that the outcome is right all the same.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from signalgen.source.lexing import SKIPPED, within
from signalgen.source.reading import parse_python, read
from signalgen.source.text import read_text

if TYPE_CHECKING:
    from signalgen.source.reading import Reading
    from signalgen.source.text import Text

Kind = Literal["import", "def", "class", "assign", "block", "other"]

LARGEST = 1_000_000
"""The longest statement that is parsed: nobody wrote a longer one, and its tree would fill the memory."""
_FAR = 10_000
_TRIPLE = re.compile(rb"\"\"\"|'''")
_DOUBTFUL = re.compile(rb"[\"'#]")
_BACKSLASH = ord("\\")
_MARGIN = re.compile(rb"\n(?=[A-Za-z_@\"'(\[{*])")
_HEAD = re.compile(
    rb"(?:(?P<deco>@)"
    rb"|(?:async[ \t]+)?def[ \t]+(?P<def>\w+)"
    rb"|class[ \t]+(?P<class>\w+)"
    rb"|(?P<import>(?:lazy[ \t]+)?(?:from|import))\b"
    rb"|(?P<more>elif|else|except|finally)\b"
    rb"|(?P<block>if|try|for|while|with|match|async)\b"
    rb"|(?P<assign>[A-Za-z_]\w*)[ \t]*(?::[^=\n]+)?=(?!=)"
    rb"|(?P<other>[A-Za-z_\"'(\[{*]))",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Chunk:
    """One top-level statement: its bytes, its first line (from 1), what it is and the name it binds, if that is plain."""

    start: int
    end: int
    line: int
    kind: Kind
    name: str = ""


@dataclass(frozen=True, slots=True)
class Outline:
    """A file and its top-level statements.

    ``trees`` holds what was parsed by its start, ``too_large`` what was not, ``readings`` the whole file where a statement
    was refused when it stood alone.
    """

    text: Text
    chunks: tuple[Chunk, ...]
    trees: dict[int, tuple[ast.stmt, ...]] = field(default_factory=dict)
    readings: list[Reading] = field(default_factory=list)
    too_large: list[Chunk] = field(default_factory=list)

    @property
    def data(self) -> bytes:
        """The bytes of the file."""
        return self.text.data

    def source(self, chunk: Chunk) -> bytes:
        """Return the bytes of a chunk."""
        return self.text.buffer[chunk.start : chunk.end]

    def lines(self, chunk: Chunk, pattern: re.Pattern[bytes]) -> list[int]:
        """Return the lines of a chunk on which a match of ``pattern`` ends, in order, each as often as there are some."""
        buffer, line, counted, found = self.text.buffer, chunk.line, chunk.start, []
        for match in pattern.finditer(buffer, chunk.start, chunk.end):
            line += buffer.count(b"\n", counted, match.end())
            counted = match.end()
            found.append(line)
        return found


def outline(data: bytes) -> Outline:
    """Return the outline of a file's bytes. Never raises for what a file may hold."""
    text = read_text(data)
    return Outline(text, tuple(_chunks(text)))


def _chunks(text: Text) -> list[Chunk]:
    buffer = text.buffer
    inside = _long_strings(buffer)
    found: list[Chunk] = []
    margins = [text.starts[0], *(match.end() for match in _MARGIN.finditer(buffer))]
    found_heads = (_HEAD.match(buffer, at) for at in margins if not within(inside, at))
    heads = [head for head in found_heads if head is not None]
    start, kind, name, open_ = -1, "other", "", False
    line, counted = 1, 0
    for head in heads:
        group = head.lastgroup or "other"
        if group == "more" or (open_ and group in ("deco", "def", "class")):
            if open_ and group != "deco":
                kind, name, open_ = group, head[group].decode("utf-8", "replace"), False
            continue
        if start >= 0:
            found.append(_chunk(start, head.start(), line, kind, name))
        line += buffer.count(b"\n", counted, head.start())
        start = counted = head.start()
        open_ = group == "deco"
        kind = group
        name = head[group].decode("utf-8", "replace") if group in ("def", "class", "assign") else ""
    if start >= 0:
        found.append(_chunk(start, len(buffer), line, kind, name))
    return found


def _chunk(start: int, end: int, line: int, kind: str, name: str) -> Chunk:
    known: Kind = kind if kind in ("import", "def", "class", "assign", "block") else "other"  # type: ignore[assignment]
    return Chunk(start, end, line, known, name)


def _long_strings(buffer: bytes) -> list[tuple[int, int]]:
    """Return the spans of strings that run over lines: what stands at the margin in them is no statement."""
    if b'"""' not in buffer and b"'''" not in buffer:
        return []
    found = _plain_strings(buffer)
    if found is None:
        found = [item.span() for item in SKIPPED.finditer(buffer)]
    return [(start, end) for start, end in found if b"\n" in buffer[start:end]]


def _plain_strings(buffer: bytes) -> list[tuple[int, int]] | None:
    """Return the spans of triple-quoted strings, None where a quote or a hash before one calls for a closer look."""
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


def statements(found: Outline, chunk: Chunk) -> tuple[ast.stmt, ...]:
    """Return the syntax tree of a chunk, with the line numbers of the file; empty when it is no Python."""
    known = found.trees.get(chunk.start)
    if known is None:
        known = found.trees[chunk.start] = _parsed(found, chunk)
    return known


def _parsed(found: Outline, chunk: Chunk) -> tuple[ast.stmt, ...]:
    if chunk.end - chunk.start > LARGEST:
        found.too_large.append(chunk)
        return ()
    # Empty lines before it give the statement its line numbers; so many that reading them takes longer than adding do not.
    far = chunk.line > _FAR
    made = parse_python(
        found.source(chunk) if far else b"\n" * (chunk.line - 1) + found.source(chunk)
    )
    if isinstance(made, ast.Module):
        if far:
            ast.increment_lineno(made, chunk.line - 1)
        return tuple(made.body)
    last = chunk.line + found.source(chunk).count(b"\n")
    body = whole(found).tree.body
    return tuple(stmt for stmt in body if chunk.line <= _first_line(stmt) <= last)


def whole(found: Outline) -> Reading:
    """Return the reading of the whole file."""
    if not found.readings:
        found.readings.append(read(found.text))
    return found.readings[0]


def _first_line(stmt: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(stmt, "decorator_list", [])
    return min([stmt.lineno, *(item.lineno for item in decorators)])
