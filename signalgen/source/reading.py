"""The ``ast`` tree of a file for any Python version: ``read(text)`` decides what can be parsed.

Where the running Python refuses a text, newer syntax is read in an older spelling, and what cannot
be parsed at all is left out.
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
    from collections.abc import Iterator

    from signalgen.source.newer import Newer
    from signalgen.source.text import Text
    from signalgen.values.source import Module

DEEPEST = 2000
"""How many levels a statement's tree may have; deeper ones are left out, and that is said."""
_NESTING = re.compile(
    rb"[-+~*/%@&|^<>=.,(\[{:]|\b(?:not|and|or|in|is|if|elif|for|lambda|await|yield|async)\b"
)
"""What opens a level of a tree."""
_SIGNS = b"-+~*/%@&|^<>=.,([{:"
_WORDS = (b"not", b"and", b"or", b"in", b"is", b"if", b"lambda", b"await", b"yield", b"async")
"""The same, also inside of words; ``for`` and ``elif`` have one of these in them."""
_PIECE = 1 << 16
"""How much of a large file is parsed at once where its tree is not wanted."""
_BETWEEN = pattern(rb"\n\n\n(?=[@A-Za-z_])")
_TEMPLATE = pattern(rb"(?:t|rt|tr)[\"']", re.IGNORECASE)


class Template(ast.expr):
    """A t-string for a Python before 3.14, which has no such node; its parts are an f-string's."""

    __slots__ = ()
    _fields = ("values",)
    values: list[ast.expr]


TEMPLATE: type[ast.expr] = getattr(ast, "TemplateStr", Template)
FORMATTED = (ast.JoinedStr, TEMPLATE)
"""What holds expressions in a text."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A file's tree, the problems where statements were left out, in order, and their bytes."""

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
    # The tree of a file of megabytes takes hundreds of them, so it is parsed in pieces: where each
    # is valid by itself, all are together. A cookie counts for the whole file.
    if len(data) > _PIECE and not any(b"coding" in line for line in data.split(b"\n", 2)[:2]):
        start, valid = 0, True
        while valid and (found := _BETWEEN.search(data, start + _PIECE)):
            valid = isinstance(parse_python(data[start : found.end()]), ast.Module)
            start = found.end()
        if valid and isinstance(parse_python(data[start:]), ast.Module):
            return True
    return isinstance(parse_python(data), ast.Module)


def older(text: str) -> str:
    """Return declared code in a spelling that the running Python parses; byte positions hold."""
    known = as_read(text.encode("utf-8", "surrogatepass"))
    return text if known is None else known.decode("utf-8", "replace")


def newer(text: str) -> tuple[Newer, ...]:
    """Return the syntax in declared code that the running Python is too old for."""
    data = text.encode("utf-8", "surrogatepass")
    return () if isinstance(parse_python(data), ast.Module) else source.for_python(data).newer


def code(text: str) -> ast.Module:
    """Return the tree of declared code. Raises what ``ast.parse`` raises when it is invalid."""
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
    """Return what makes ``after`` less valid Python than ``before``, None when nothing does.

    Nothing does when either parser can read what it could before. Statements that did not parse
    before do not count, as long as they are the same ones.
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
    # A level of the tree has at least a byte of the text: this spares most texts the walk, and a
    # count without words, which is many times faster, spares most of them the exact one.
    if len(data) < DEEPEST:
        return False
    signs = len(data) - len(data.translate(None, _SIGNS))
    if signs + sum(map(data.count, _WORDS)) < DEEPEST or len(_NESTING.findall(data)) < DEEPEST:
        return False
    # The same for each statement: a large file is many small ones.
    level, depth = list(_long_ones(tree, data)), 1
    while level and depth < DEEPEST:
        level, depth = _next_level(level), depth + 1
    return bool(level)


def _long_ones(tree: ast.Module, data: bytes) -> Iterator[ast.AST]:
    starts = [0, *(match.end() for match in re.finditer(rb"\r\n?|\n", data)), len(data)]
    last = 0
    for stmt in tree.body:
        # From where the one before ends: decorators, and what shares a line with it.
        end = min(stmt.end_lineno or 0, len(starts) - 1)
        if starts[end] - starts[last] >= DEEPEST:
            yield stmt
        last = max((stmt.end_lineno or 1) - 1, 0)


def _next_level(level: list[ast.AST]) -> list[ast.AST]:
    found: list[ast.AST] = []
    for node in level:
        if isinstance(node, (ast.Name, ast.Constant)):
            continue
        for value in node.__dict__.values():
            if value.__class__ is list:
                found += [item for item in value if isinstance(item, ast.AST)]
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


def _restore(tree: ast.Module, data: bytes, starts: tuple[int, ...]) -> None:
    # Older spellings cannot say t-strings, unpacking in comprehensions and bare ``except a, b``.
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
