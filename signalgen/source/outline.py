"""Split a file into top-level statements by regular expressions: ``outline(data)``.

Reading a project for its signals touches a few statements in a few files. Parsing every such file
would take most of the time of a run; the split takes next to none. A split may be wrong (a margin
line inside brackets): ``statements`` then falls back on the whole file, so that the result is right
all the same.
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_right
from dataclasses import field
from operator import attrgetter
from typing import TYPE_CHECKING, Literal

from signalgen.late import dataclass, pattern
from signalgen.source.lexing import SKIPPED, within
from signalgen.source.reading import parse_python, read
from signalgen.source.text import read_text
from signalgen.treewalk import LEAVES

if TYPE_CHECKING:
    from signalgen.source.reading import Reading
    from signalgen.source.text import Text

Kind = Literal["import", "def", "class", "assign", "block", "other"]

LARGEST = 1_000_000
"""The longest statement that is parsed: the tree of a longer one would fill the memory."""
_FAR = 1_500
_TRIPLE = pattern(rb"\"\"\"|'''")
_DOUBTFUL = pattern(rb"[\"'#]")
_BACKSLASH = ord("\\")
_MARGIN = pattern(rb"\n(?=[A-Za-z_@\"'(\[{*])")
_HEAD = pattern(
    rb"(?:(?P<deco>@)"
    rb"|(?:async[ \t]+)?def[ \t]+(?P<def>\w+)"
    rb"|class[ \t]+(?P<class>\w+)"
    rb"|(?P<import>(?:lazy[ \t]+)?(?:from|import))\b"
    rb"|(?P<more>elif|else|except|finally)\b"
    rb"|(?P<block>if|try|for|while|with|match|async)\b"
    # A single colon may be an annotation, but ``==`` is no assignment.
    rb"|(?P<assign>[A-Za-z_]\w*)[ \t]*(?::[^=\n]+)?=(?!=)"
    rb"|(?P<other>[A-Za-z_\"'(\[{*]))",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Chunk:
    """One top-level statement: bytes, first line (from 1), kind, and the name it plainly binds."""

    start: int
    end: int
    line: int
    kind: Kind
    name: str = ""


@dataclass(frozen=True, slots=True)
class Outline:
    """A file and its top-level statements.

    ``trees`` holds what was parsed, by its start, ``too_large`` what was not, ``readings`` the
    whole file where a statement alone did not parse.
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

    def having(self, *needles: bytes) -> list[Chunk]:
        """Return the chunks that contain one of ``needles``."""
        found: dict[int, Chunk] = {}
        for needle in needles:
            at = self.text.buffer.find(needle, self.chunks[0].start) if self.chunks else -1
            while at >= 0:
                chunk = self.chunks[bisect_right(self.chunks, at, key=attrgetter("start")) - 1]
                if at + len(needle) <= chunk.end:
                    found[chunk.start] = chunk
                at = self.text.buffer.find(needle, chunk.end)
        return [found[start] for start in sorted(found)]

    def lines(self, chunk: Chunk, pattern: re.Pattern[bytes]) -> list[int]:
        """Return the lines of a chunk where matches of ``pattern`` end, in order, one per match."""
        buffer, line, counted, found = self.text.buffer, chunk.line, chunk.start, []
        for match in pattern.finditer(buffer, chunk.start, chunk.end):
            line += buffer.count(b"\n", counted, match.end())
            counted = match.end()
            found.append(line)
        return found


def outline(data: bytes) -> Outline:
    """Return the outline of a file's bytes. Never raises, whatever the file holds."""
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
        # Decorators and clauses such as ``else`` belong to the statement they are part of.
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
    known: Kind = (
        kind  # type: ignore[assignment]
        if kind in ("import", "def", "class", "assign", "block")
        else "other"
    )
    return Chunk(start, end, line, known, name)


def _long_strings(buffer: bytes) -> list[tuple[int, int]]:
    # At the margin inside of such a string no statement begins.
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


def statements(found: Outline, chunk: Chunk) -> tuple[ast.stmt, ...]:
    """Return the syntax tree of a chunk, with the file's line numbers; empty if invalid Python."""
    known = found.trees.get(chunk.start)
    if known is None:
        known = found.trees[chunk.start] = _parsed(found, chunk)
    return known


def _parsed(found: Outline, chunk: Chunk) -> tuple[ast.stmt, ...]:
    if chunk.end - chunk.start > LARGEST:
        found.too_large.append(chunk)
        return ()
    # Empty lines before it give the statement its line numbers; where parsing those takes longer
    # than adding the numbers, they are added.
    far = chunk.line > _FAR
    made = parse_python(
        found.source(chunk) if far else b"\n" * (chunk.line - 1) + found.source(chunk)
    )
    if isinstance(made, ast.Module):
        if far:
            _move(made, chunk.line - 1)
        return tuple(made.body)
    last = chunk.line + found.source(chunk).count(b"\n")
    body = whole(found).tree.body
    return tuple(stmt for stmt in body if chunk.line <= _first_line(stmt) <= last)


def _move(tree: ast.Module, lines: int) -> None:
    # As ``ast.increment_lineno``, in half the time, and with one number for all nodes of a line.
    numbers: dict[int, int] = {}
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        held = node.__dict__
        for name in ("lineno", "end_lineno"):
            if name in held:
                line = held[name]
                held[name] = numbers.setdefault(line, line + lines)
        for value in () if node.__class__ in LEAVES else held.values():
            if value.__class__ is list:
                waiting += [item for item in value if isinstance(item, ast.AST)]
            elif isinstance(value, ast.AST):
                waiting.append(value)


def whole(found: Outline) -> Reading:
    """Return the reading of the whole file, cached."""
    if not found.readings:
        found.readings.append(read(found.text))
    return found.readings[0]


def _first_line(stmt: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(stmt, "decorator_list", [])
    return min([stmt.lineno, *(item.lineno for item in decorators)])
