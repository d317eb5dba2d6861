"""Splits a file into top-level statements by regular expressions: ``outline(data)``.

Reading a project's signals needs a few statements in a few files. Parsing all those files would
take most of a run's time; the split takes almost none. A split may be wrong (an unindented line
inside brackets): ``statements`` then falls back to the whole file, so that the result is still
right.
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_right
from dataclasses import field
from operator import attrgetter
from typing import TYPE_CHECKING, Literal, NamedTuple

from signalgen.late import dataclass, pattern
from signalgen.source.lexing import long_strings, within
from signalgen.source.reading import parse_python, read
from signalgen.source.text import read_text
from signalgen.source.unread import UnreadBody, without_bodies
from signalgen.treewalk import LEAVES, all_nodes

if TYPE_CHECKING:
    from collections.abc import Callable

    from signalgen.source.reading import Reading
    from signalgen.source.text import Text

    Function = ast.FunctionDef | ast.AsyncFunctionDef

Kind = Literal["import", "def", "class", "assign", "block", "other"]

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
LARGEST = 1_000_000
"""The longest statement that is parsed: the tree of a longer one would fill the memory."""
_FAR = 1_500
_MARGIN = pattern(rb"\n(?=[A-Za-z_@\"'(\[{*])")
_HEAD = pattern(
    rb"(?:(?P<deco>@)"
    rb"|(?:async[ \t]+)?def[ \t]+(?P<def>\w+)"
    rb"|class[ \t]+(?P<class>\w+)"
    rb"|(?P<import>(?:lazy[ \t]+)?(?:from|import))\b"
    rb"|(?P<more>elif|else|except|finally)\b"
    rb"|(?P<block>if|try|for|while|with|match|async)\b"
    # A single colon may be an annotation, but ``==`` is not an assignment.
    rb"|(?P<assign>[A-Za-z_]\w*)[ \t]*(?::[^=\n]+)?=(?!=)"
    rb"|(?P<other>[A-Za-z_\"'(\[{*]))",
    re.MULTILINE,
)


class Chunk(NamedTuple):
    """One top-level statement: bytes, first line (from 1), kind, and its plain name, if any."""

    start: int
    end: int
    line: int
    kind: Kind
    name: str = ""


@dataclass(frozen=True, slots=True)
class Outline:
    """A file and its top-level statements.

    ``trees`` holds the parsed statements by start, ``too_large`` those not parsed, ``readings`` the
    whole file if a statement alone did not parse.
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

    def lines(
        self,
        chunk: Chunk,
        pattern: re.Pattern[bytes],
        wanted: Callable[[bytes], bool] | None = None,
    ) -> list[int]:
        """Return the lines of a chunk on which matches of ``pattern`` end, one per match.

        Matches whose text is not ``wanted`` are left out.
        """
        buffer, line, counted, found = self.text.buffer, chunk.line, chunk.start, []
        for match in pattern.finditer(buffer, chunk.start, chunk.end):
            if wanted is not None and not wanted(match[0]):
                continue
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
    inside = long_strings(buffer)
    found: list[Chunk] = []
    margins = [text.first, *(match.end() for match in _MARGIN.finditer(buffer))]
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
    source = found.source(chunk)
    partly = _parsed_partly(found, chunk, source) if chunk.kind == "class" else None
    if partly is not None:
        return (partly,)
    made = _numbered(source, chunk.line)
    if isinstance(made, ast.Module):
        return tuple(made.body)
    last = chunk.line + source.count(b"\n")
    body = whole(found).tree.body
    return tuple(stmt for stmt in body if chunk.line <= _first_line(stmt) <= last)


def _parsed_partly(found: Outline, chunk: Chunk, source: bytes) -> ast.ClassDef | None:
    """Return the tree of a class whose methods are parsed when they are read.

    None if the methods cannot be separated, or it does not pay.
    """
    rest, methods = without_bodies(source)
    made = _numbered(rest, chunk.line) if methods else None
    cls = made.body[0] if isinstance(made, ast.Module) and len(made.body) == 1 else None
    if not isinstance(cls, ast.ClassDef):
        return None
    nodes = {node.lineno: node for node in cls.body if isinstance(node, FUNCTIONS)}
    lines = [chunk.line + method.line for method in methods]
    if not nodes.keys() >= set(lines):
        return None

    def unread(node: Function, text: bytes, line: int) -> UnreadBody:
        return UnreadBody(node, text, lambda: _body(found, text, line))

    for line, method in zip(lines, methods, strict=True):
        node = nodes[line]
        node.body = unread(node, source[method.start : method.end], line)
        node.end_lineno, node.end_col_offset = chunk.line + method.last, method.column
    last = cls.body[-1]
    cls.end_lineno, cls.end_col_offset = last.end_lineno, last.end_col_offset
    return cls


def _body(found: Outline, source: bytes, line: int) -> list[ast.stmt]:
    """Return the statements of the method ``source``, which begins in ``line``."""
    made = _numbered(b"class _:\n" + source, line - 1)
    function: ast.AST | None = None
    if isinstance(made, ast.Module):
        cls = made.body[0]
        function = cls.body[0] if isinstance(cls, ast.ClassDef) else None
    else:
        every = (node for stmt in whole(found).tree.body for node in all_nodes(stmt))
        function = next((n for n in every if isinstance(n, FUNCTIONS) and n.lineno == line), None)
    if isinstance(function, FUNCTIONS):
        return function.body
    # The file cannot be parsed there, which is reported.
    return [ast.Pass(lineno=line, col_offset=0, end_lineno=line, end_col_offset=0)]


def _numbered(source: bytes, line: int) -> ast.Module | SyntaxError:
    """Return the tree of a statement that begins in ``line``, or the error."""
    # Empty lines before it give the statement its line numbers; if parsing those takes longer
    # than adding the numbers, they are added.
    far = line > _FAR
    made = parse_python(source if far else b"\n" * (line - 1) + source)
    if far and isinstance(made, ast.Module):
        _move(made, line - 1)
    return made


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
