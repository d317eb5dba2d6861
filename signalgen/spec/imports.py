"""Splits declared import lines into statements, and checks each: ``import_lines``."""

from __future__ import annotations

import ast
from typing import NamedTuple

from signalgen.spec.text.python import LINE_END, UNPARSABLE, Fault, fault_of, position


class DeclaredImport(NamedTuple):
    """One import statement of a text: its start, its source, the names that it binds.

    ``line`` counts from 1, ``column`` from 0.
    """

    line: int
    column: int
    text: str
    names: tuple[str, ...]


def import_lines(text: str) -> list[DeclaredImport] | Fault:
    """Return the import statements in ``text``, or the problem with it."""
    try:
        tree = ast.parse(text)
    except UNPARSABLE as error:
        return fault_of(error, text)
    if not tree.body:
        return Fault(1, 0, "not-an-import", "there is no import statement here")
    lines = LINE_END.split(text)
    for node in tree.body:
        fault = _import_fault(node, lines)
        if fault is not None:
            return fault
    return [
        DeclaredImport(*position(node, lines), _segment(node, lines), _bound(node))
        for node in tree.body
    ]


def _segment(node: ast.stmt, lines: list[str]) -> str:
    first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
    source = [line.encode() for line in lines[first : last + 1]]
    source[-1] = source[-1][: node.end_col_offset]
    source[0] = source[0][node.col_offset :]
    return b"\n".join(source).decode()


def _bound(node: ast.stmt) -> tuple[str, ...]:
    if isinstance(node, ast.Import):
        return tuple(alias.asname or alias.name.partition(".")[0] for alias in node.names)
    if isinstance(node, ast.ImportFrom):
        return tuple(alias.asname or alias.name for alias in node.names)
    return ()


def _import_fault(node: ast.stmt, lines: list[str]) -> Fault | None:
    line, column = position(node, lines)
    if not isinstance(node, ast.Import | ast.ImportFrom):
        return Fault(
            line,
            column,
            "not-an-import",
            "only import statements are allowed here",
            "write from module import name",
        )
    if isinstance(node, ast.ImportFrom) and node.module == "__future__":
        return Fault(
            line,
            column,
            "not-an-import",
            "a __future__ import must be at the top of a file",
            "remove it",
        )
    if any(alias.name == "*" for alias in node.names):
        return Fault(
            line,
            column,
            "star-import",
            "import * hides which names there are",
            "import the names that the bodies use",
        )
    return None
