"""Checks before and after a merge (``unreadable``, ``broken``), and the names a file uses."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from signalgen import canon
from signalgen.errors import Problem, left_out
from signalgen.late import pattern
from signalgen.merge import edits
from signalgen.merge.scopes import module_reads
from signalgen.merge.threeway import CLOSES, OPENS
from signalgen.source.reading import as_read, spoiled
from signalgen.values.span import SyntaxProblem

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from signalgen.values.change import BaselineEntry
    from signalgen.values.fragment import Fragment
    from signalgen.values.source import Module

_WORD = pattern(r"[^\W\d]\w*")
_UNATTACHED = pattern(r"(?<![\w.])[^\W\d]\w*")
_GOES_ON = pattern(rb"\\(?:\r\n|\r|\n)?\Z")
_OURS = pattern(rf"^[ \t]*# (?:{OPENS}|{CLOSES})[ \t]*\r?$".encode(), re.MULTILINE)
_GITS = pattern(rb"^<{7} .*$", re.MULTILINE)


def unreadable(path: str, module: Module, names: Iterable[str] = ()) -> Problem | None:
    """Return the problem of a target file that cannot be edited, or None.

    Statements that cannot be parsed do not matter unless their end is uncertain or they contain one
    of ``names``.
    """
    error = module.error
    if _is_open(module.data):
        at = module.data.rstrip(b"\r\n")
        line = len(at.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n"))
        text = "its last line ends with a backslash, and nothing follows"
        error = SyntaxProblem(line, 1, text)
    if error is None:
        return None
    if module.gaps and not _is_open(module.data):
        words = {word for gap in module.gaps for word in _WORD.findall(module.text(gap))}
        if words.isdisjoint(names):
            return None
    return Problem(
        file=path,
        line=error.line,
        column=error.column,
        path="",
        code="syntax-error",
        message=f"this file cannot be read as Python: {error.text}",
        hint="correct the file first; nothing has been written",
    )


def words_of(text: str) -> frozenset[str]:
    """Return the words of ``text`` that are not attributes."""
    return frozenset(_UNATTACHED.findall(text))


def undecided(path: str, module: Module) -> Problem | None:
    """Return the problem of a file with an unresolved conflict, or None.

    Its markers come from ``--conflict markers`` or from git.
    """
    found = _OURS.search(module.data)
    if found is None and module.error is not None:
        found = _GITS.search(module.data)
    if found is None:
        return None
    line = module.data.count(b"\n", 0, found.start()) + 1
    return Problem(
        file=path,
        line=line,
        column=1,
        path="",
        code="conflict-markers",
        message=f"a conflict is still marked here ({found.group().strip().decode()})",
        hint="choose between the two versions, delete the lines of the markers, and run again",
    )


def names_of(symbols: Sequence[Fragment | BaselineEntry]) -> frozenset[str]:
    """Return the top-level names of ``symbols`` in their file."""
    return frozenset(symbol.name.partition(".")[0] for symbol in symbols)


def broken(path: str, before: bytes, after: bytes) -> Problem | None:
    """Return a problem when ``after`` is less valid Python than ``before`` was."""
    error = spoiled(before, after)
    if error is None:
        return None
    return Problem(
        file=path,
        line=error.line,
        column=error.column,
        path="",
        code="broken-result",
        message=f"merging would leave this file unreadable ({error.text}), so it is left alone",
        hint="this is a bug in signalgen: please report it with the file",
    )


def closed(data: bytes, newline: str) -> bytes:
    """Return ``data`` with line endings after a last line that ends in a continuation.

    Python refuses such a file. It is left if the generated code after a user's line is removed.
    """
    while _is_open(data):
        data += newline.encode("ascii")
    return data


def _is_open(data: bytes) -> bool:
    return (
        _GOES_ON.search(data) is not None
        and as_read(data) is None
        and as_read(data + b"\n\n") is not None
    )


def partly(path: str, module: Module) -> tuple[Problem, ...]:
    """Return the note about a file that was only partly read, if it was."""
    error, more = module.error, max(len(module.gaps) - 1, 0)
    return () if error is None else (left_out(path, error.line, error.column, error.text, more),)


def unencodable(path: str, module: Module, text: str, what: str) -> Problem | None:
    """Return a problem when ``text`` cannot be written in the encoding of the file."""
    try:
        text.encode(module.encoding)
    except UnicodeEncodeError as error:
        return Problem(
            file=path,
            line=1,
            column=1,
            path="",
            code="encoding",
            message=(
                f"{what} has the character {text[error.start]!r}, "
                f"which the file's encoding {module.encoding} lacks"
            ),
            hint="write the character as an escape in the spec, or save the file as UTF-8",
        )
    return None


def tree(data: bytes) -> ast.Module | None:
    """Return the syntax tree of a file, or None if the running Python cannot parse it."""
    return canon.parse(data)


def used_names(module: Module) -> frozenset[str]:
    """Return every name that the module's code uses, also in quoted annotations and ``__all__``.

    In a file that the running Python cannot parse, every word outside imports counts.
    """
    found = tree(module.data)
    if found is None:
        return _words_outside_imports(module)
    names = set(module_reads(found))
    for node in ast.walk(found):
        for quoted in _quoted(node):
            names.update(_WORD.findall(quoted))
    return frozenset(names)


def _quoted(node: ast.AST) -> list[str]:
    """Return the strings below ``node`` that are names: in annotations, ``cast``, ``__all__``."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        inside: list[ast.expr | None] = [node.returns]
    elif isinstance(node, ast.arg | ast.AnnAssign):
        inside = [node.annotation]
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "cast":
        inside = list(node.args[:1])
    elif isinstance(node, ast.Assign | ast.AugAssign) and "__all__" in _targets(node):
        inside = [node.value]
    else:
        return []
    parts = (part for item in inside if item is not None for part in ast.walk(item))
    return [
        part.value
        for part in parts
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    ]


def _targets(node: ast.Assign | ast.AugAssign) -> list[str]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return [target.id for target in targets if isinstance(target, ast.Name)]


def _words_outside_imports(module: Module) -> frozenset[str]:
    spans = [edits.Edit(s.start, s.end, b"") for s in {imp.span for imp in module.imports}]
    rest = edits.apply(module.data, spans).decode(module.encoding, "replace")
    return frozenset(_WORD.findall(rest))
