"""Code of a file for a spec: ``Lines`` cuts statements and expressions out of a text."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class Lines:
    """The lines of a file, from which nodes are cut by their lines and columns."""

    def __init__(self, text: str) -> None:
        self._lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")

    def block(self, stmts: Sequence[ast.stmt], last: int = 0) -> str:
        """Return the text of statements, with the comments above and between them.

        ``last`` is the text's last line if that is not the end of the last statement.
        """
        first = stmts[0]
        start, end = first.lineno, max(last, stmts[-1].end_lineno or stmts[-1].lineno)
        before = self._lines[start - 1].encode()[: first.col_offset].decode("utf-8", "ignore")
        if before.strip():
            # ``if created: send(instance)``: the first statement follows a colon.
            rest = "\n".join(self._dedented(stmts, start + 1, end, ""))
            head = self._lines[start - 1].encode()[first.col_offset :].decode()
            return f"{head}\n{rest}" if rest else head
        if isinstance(first, ast.If) and self._lines[start - 1].lstrip().startswith("elif"):
            text = "\n".join(self._dedented(stmts, start, end, before))
            return text.removeprefix("el")
        while self._lines[start - 2].strip().startswith("#"):
            start -= 1
        return "\n".join(self._dedented(stmts, start, end, before)).strip("\n")

    def expression(self, node: ast.expr) -> str:
        """Return an expression on one line."""
        if node.lineno == node.end_lineno:
            line = self._lines[node.lineno - 1].encode()
            return line[node.col_offset : node.end_col_offset].decode()
        return ast.unparse(node)

    def _dedented(
        self, stmts: Sequence[ast.stmt], start: int, end: int, indent: str
    ) -> Iterator[str]:
        inside = {line for stmt in stmts for node in ast.walk(stmt) for line in _in_string(node)}
        for number in range(start, end + 1):
            line = self._lines[number - 1]
            yield line if number in inside else line.removeprefix(indent).rstrip()


def _in_string(node: ast.AST) -> range:
    # The lines of a string except its first: their white space is part of it.
    is_text = isinstance(node, ast.JoinedStr) or (
        isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes))
    )
    if not is_text or not isinstance(node, ast.expr) or node.end_lineno is None:
        return range(0)
    return range(node.lineno + 1, node.end_lineno + 1)
