"""Where a file stops being valid Python 3, even if the grammar accepts it: ``first_fault``."""

from __future__ import annotations

import ast
import warnings
from typing import TYPE_CHECKING

from signalgen.values.source import SyntaxProblem

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tree_sitter import Node

    from signalgen.source.text import Text
    from signalgen.values.source import Statement

_QUOTED = 40


def first_fault(root: Node, text: Text) -> SyntaxProblem | None:
    """Return the first syntax error below ``root``, with the text found there."""
    node = _first_error(root) if root.has_error else None
    if node is None:
        return None
    at = text.span(node.start_byte, node.end_byte)
    # An unclosed bracket turns everything around it into an ERROR: Python itself knows the place
    # better, unless it stops before it, at syntax that is newer than this Python.
    exact = _python_error(text)
    if exact is not None and exact.line >= at.line:
        return exact
    if node.is_missing:
        return SyntaxProblem(at.line, at.column, f"{node.type!r} is missing")
    found = text.decode(at.start, at.end).strip().partition("\n")[0][:_QUOTED]
    return SyntaxProblem(at.line, at.column, f"unexpected {found!r}")


def _python_error(text: Text) -> SyntaxProblem | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ast.parse(text.data)
        except SyntaxError as error:
            return SyntaxProblem(error.lineno or 1, error.offset or 1, error.msg)
        except (ValueError, RecursionError, MemoryError):
            return None
    return None


def unknown_statement(node: Node, text: Text) -> SyntaxProblem | None:
    """Return the problem of a Python 2 statement, which the grammar still accepts."""
    # ``print >>x, y`` is a valid expression in Python 3.
    if any(child.type == "chevron" for child in node.named_children):
        return None
    at = text.span(node.start_byte, node.end_byte)
    return SyntaxProblem(at.line, at.column, f"{node.type.replace('_', ' ')} of Python 2")


def empty_block(node: Node, text: Text) -> SyntaxProblem | None:
    """Return the problem of a compound statement without a body, which the grammar accepts."""
    block = node.child_by_field_name("body") or node.child_by_field_name("consequence")
    if block is None or block.type != "block" or block.named_child_count:
        return None
    at = text.span(node.start_byte, node.end_byte)
    return SyntaxProblem(at.line, at.column, "a block without statements")


def uneven(statements: Sequence[Statement], text: Text, *, top: bool) -> SyntaxProblem | None:
    """Return the first statement not indented like its block, or indented at the ``top``."""
    expected = 1 if top else 0
    for statement in statements:
        column = statement.span.column
        if column == expected or statement.kind == "comment":
            continue
        start = text.starts[statement.span.line - 1]
        lead = text.data[start : statement.span.start]
        # A line after a backslash may be indented anyhow.
        if text.buffer[max(start - 3, 0) : start].rstrip(b"\r\n").endswith(b"\\"):
            continue
        if not lead.strip(b" \t\f"):
            # A form feed sets the column back to the margin.
            column = len(lead.rpartition(b"\f")[2]) + 1
        if expected == 0:
            expected = column
        elif column != expected and not lead.strip(b" \t\f"):
            return SyntaxProblem(
                statement.span.line, statement.span.column, "unexpected indentation"
            )
    return None


def earliest(problems: Iterable[SyntaxProblem | None]) -> SyntaxProblem | None:
    """Return the problem that comes first in the file, None if there is none."""
    return min(
        (p for p in problems if p is not None), key=lambda p: (p.line, p.column), default=None
    )


def _first_error(node: Node) -> Node | None:
    while not (node.is_error or node.is_missing):
        deeper = next(
            (child for child in node.children if child.has_error or child.is_missing), None
        )
        if deeper is None:
            return None
        node = deeper
    return node
