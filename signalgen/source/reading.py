"""The ``ast`` tree of a file for any Python version: ``read(text)``.

If the running Python rejects a text, newer syntax is read in an older spelling, and statements that
cannot be parsed are left out.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

from signalgen import source
from signalgen.errors import TOO_DEEP
from signalgen.late import dataclass, pattern
from signalgen.source.text import read_text
from signalgen.values.span import SyntaxProblem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from signalgen.source.newer import Newer
    from signalgen.source.text import Text
    from signalgen.values.source import Module

DEEPEST = 2000
"""How many levels a statement's tree may have; deeper ones are left out and reported."""
_SIGNS = b"-+~*/%@&|^<>=.,([{:"
"""Text that opens a level of a tree."""
_WORDS = (b"not", b"and", b"or", b"in", b"is", b"if", b"lambda", b"await", b"yield", b"async")
"""The same, also inside words; ``for`` and ``elif`` contain one of these."""
_PIECE = 1 << 16
"""How much of a large file is parsed at once if its tree is not needed."""
_BETWEEN = pattern(rb"\n\n\n(?=[@A-Za-z_])")
_TEMPLATE = pattern(rb"(?:t|rt|tr)[\"']", re.IGNORECASE)


class Template(ast.expr):
    """A t-string for a Python before 3.14, which lacks the node; its parts are an f-string's."""

    __slots__ = ()
    _fields = ("values",)
    values: list[ast.expr]


TEMPLATE: type[ast.expr] = getattr(ast, "TemplateStr", Template)
FORMATTED = (ast.JoinedStr, TEMPLATE)
"""Nodes with expressions in a text."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A file's tree, the problems of left-out statements, in order, and their bytes."""

    tree: ast.Module
    gaps: tuple[SyntaxProblem, ...] = ()
    missing: tuple[bytes, ...] = ()


def read(text: Text) -> Reading:
    """Return the tree of a file; never raises, whatever the file holds."""
    made = parse_python(text.buffer)
    if isinstance(made, ast.Module):
        return Reading(made)
    # Newer syntax first, and only what still does not parse is left out.
    mended = source.mend(text.buffer, as_read)
    tree = parse_python(mended.data)
    if not isinstance(tree, ast.Module):
        return Reading(ast.Module([], []), (_problem(made),), (text.buffer,))
    _restore(tree, text.buffer, text.starts)
    missing = tuple(text.buffer[start:end] for start, end in mended.gaps)
    return Reading(tree, tuple(_gap(text, *gap) for gap in mended.gaps), missing)


@lru_cache(64)  # each file that a run writes is asked about twice
def as_read(data: bytes) -> bytes | None:
    """Return ``data`` in an equally long spelling that the running Python parses, or None."""
    if _parses(data):
        return data
    older = source.for_python(data).data
    return older if older != data and isinstance(parse_python(older), ast.Module) else None


def _parses(data: bytes) -> bool:
    # The tree of a file of megabytes takes hundreds of them, so it is parsed in pieces: if each is
    # valid by itself, all are valid together. A cookie counts for the whole file.
    if len(data) > _PIECE and not any(b"coding" in line for line in data.split(b"\n", 2)[:2]):
        start, valid = 0, True
        while valid and (found := _BETWEEN.search(data, start + _PIECE)):
            valid = isinstance(parse_python(data[start : found.end()]), ast.Module)
            start = found.end()
        if valid and isinstance(parse_python(data[start:]), ast.Module):
            return True
    return isinstance(parse_python(data), ast.Module)


def older(text: str) -> str:
    """Return a spec's code in a spelling that the running Python parses; offsets stay valid."""
    known = as_read(text.encode("utf-8", "surrogatepass"))
    return text if known is None else known.decode("utf-8", "replace")


def newer(text: str) -> tuple[Newer, ...]:
    """Return the syntax in a spec's code that the running Python is too old for."""
    data = text.encode("utf-8", "surrogatepass")
    return () if isinstance(parse_python(data), ast.Module) else source.for_python(data).newer


def code(text: str) -> ast.Module:
    """Return the tree of a spec's code. Raises like ``ast.parse`` if it is invalid."""
    try:
        return ast.parse(text)
    except SyntaxError:
        known = older(text)
        if known == text:
            raise
    tree = ast.parse(known)
    lines = read_text(text.encode())
    _restore(tree, lines.data, lines.starts)
    return tree


def spoiled(before: bytes | None, after: bytes) -> SyntaxProblem | None:
    """Return what makes ``after`` less valid Python than ``before``, None if nothing does.

    Nothing does if either parser can still parse what it could before. Statements that did not
    parse before do not count if they are unchanged.
    """
    if as_read(after) is not None:
        return None
    now = read(read_text(after))
    if before is not None and as_read(before) is None:
        was = read(read_text(before))
        mine, own = source.parse(after), source.parse(before)
        known = mine.error is None or (mine.gaps and not _texts(mine) - _texts(own))
        if known or not Counter(now.missing) - Counter(was.missing):
            return None
    return now.gaps[0] if now.gaps else SyntaxProblem(1, 1, "it cannot be decoded")


def _texts(module: Module) -> Counter[bytes]:
    return Counter(module.data[gap.start : gap.end] for gap in module.gaps)


def parse_python(data: bytes) -> ast.Module | SyntaxError:
    """Return the tree of a UTF-8 text as the running Python parses it, or the error."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            tree = ast.parse(data)
        except SyntaxError as error:
            return error
        except (RecursionError, MemoryError):
            return SyntaxError(TOO_DEEP)
        except ValueError as error:
            return SyntaxError(str(error) or TOO_DEEP)
    return SyntaxError(TOO_DEEP) if _is_too_deep(tree, data) else tree


def _is_too_deep(tree: ast.Module, data: bytes) -> bool:
    # A level of the tree has at least a byte of the text: this avoids the walk for most texts.
    if len(data) < DEEPEST:
        return False
    signs = len(data) - len(data.translate(None, _SIGNS))
    if signs + sum(map(data.count, _WORDS)) < DEEPEST:
        return False
    # The same for each statement: a large file is many small ones, and so is a large class.
    starts = [0, *(match.end() for match in re.finditer(rb"\r\n?|\n", data)), len(data)]
    level, depth = _long_ones(tree.body, starts, DEEPEST), 1
    while level and depth < DEEPEST:
        level, depth = _next_level(level, starts, DEEPEST - depth), depth + 1
    return bool(level)


def _long_ones(nodes: Sequence[ast.AST], starts: list[int], least: int) -> list[ast.AST]:
    """Return the ``nodes`` that may have at least ``least`` levels."""
    found: list[ast.AST] = []
    last = -1
    for node in nodes:
        if isinstance(node, ast.stmt):
            # From the end of the one before: decorators, and code that shares a line with it.
            end = min(node.end_lineno or 0, len(starts) - 1)
            first = last if last >= 0 else _first_line(node) - 1
            last = max((node.end_lineno or 1) - 1, 0)
            if starts[end] - starts[first] < least:
                continue
        found.append(node)
    return found


def _first_line(stmt: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(stmt, "decorator_list", [])
    return min([stmt.lineno, *(item.lineno for item in decorators)])


def _next_level(level: list[ast.AST], starts: list[int], least: int) -> list[ast.AST]:
    found: list[ast.AST] = []
    for node in level:
        if isinstance(node, (ast.Name, ast.Constant)):
            continue
        for value in node.__dict__.values():
            if value.__class__ is list:
                nodes = [item for item in value if isinstance(item, ast.AST)]
                found += _long_ones(nodes, starts, least)
            elif isinstance(value, ast.AST):
                found.append(value)
    return found


def _gap(text: Text, start: int, end: int) -> SyntaxProblem:
    at = text.span(start, end)
    # An indented statement parses only inside of a block, and its further lines only with the
    # indentation that they have; lines and columns shift back below.
    indent = text.buffer[text.buffer.rfind(b"\n", 0, start) + 1 : start]
    blank = indent and not indent.strip(b" \t")
    lead = b"if 1:\n" + indent if blank else b"if 1:\n " if at.column > 1 else b""
    error = parse_python(lead + text.buffer[start:end])
    if not isinstance(error, SyntaxError):
        return SyntaxProblem(at.line, at.column, "not expected here")
    line, column = (error.lineno or 1) - lead.count(b"\n"), error.offset or 1
    if line == 1:
        column += 0 if blank else at.column - 1 - (1 if lead else 0)
    return SyntaxProblem(at.line + max(line, 1) - 1, max(column, 1), error.msg)


def _problem(error: SyntaxError) -> SyntaxProblem:
    return SyntaxProblem(error.lineno or 1, error.offset or 1, error.msg)


def _restore(tree: ast.Module, data: bytes, starts: Sequence[int]) -> None:
    # Older spellings cannot express t-strings, unpacking in comprehensions and bare
    # ``except a, b``.
    def between(first: ast.expr | ast.excepthandler, last: ast.expr) -> bytes:
        start = starts[first.lineno - 1] + first.col_offset
        return data[start : starts[last.lineno - 1] + last.col_offset]

    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            start = starts[node.lineno - 1] + node.col_offset
            if _TEMPLATE.match(data, start):
                # It has the same fields.
                node.__class__ = Template  # type: ignore[assignment]
        elif isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp)):
            if between(node, node.elt).lstrip(b"([{ \t\r\n").startswith(b"*"):
                node.elt = ast.copy_location(ast.Starred(node.elt, ast.Load()), node.elt)
        elif isinstance(node, ast.ExceptHandler) and isinstance(node.type, ast.BinOp):
            # ``for_python`` wrote ``|`` for the commas of ``except a, b``.
            types = _operands(node.type)
            if b"|" not in between(node, types[-1]):
                node.type = ast.copy_location(ast.Tuple(types, ast.Load()), node.type)


def _operands(node: ast.expr) -> list[ast.expr]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return [*_operands(node.left), *_operands(node.right)]
    return [node]
