"""Finds the comments of a YAML text, which YAML parsers drop: ``comments_of``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.late import pattern
from signalgen.spec.text.nodes import Mapping, Node, Scalar, Sequence

if TYPE_CHECKING:
    from collections.abc import Iterator

_COMMENT = pattern(r"(?:^|[ \t])(#.*)$")


def comments_of(root: Node, lines: tuple[str, ...]) -> list[tuple[int, str]]:
    """Return every comment outside scalars with its line (from 1), in order."""
    ends: dict[int, int] = {}
    inside: set[int] = set()
    for scalar in _scalars(root):
        if scalar.style in ("literal", "folded"):
            inside.update(range(scalar.line + 1, scalar.end_line))
        else:
            inside.update(range(scalar.line, scalar.end_line))
            ends[scalar.end_line] = max(ends.get(scalar.end_line, 1), scalar.end_column)
    found = []
    for number, line in enumerate(lines, 1):
        match = None if number in inside else _COMMENT.search(line, ends.get(number, 1) - 1)
        if match:
            found.append((number, match.group(1)))
    return found


def _scalars(node: Node) -> Iterator[Scalar]:
    if isinstance(node, Scalar):
        yield node
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from _scalars(item)
    elif isinstance(node, Mapping):
        for entry in node.entries:
            yield entry.key
            yield from _scalars(entry.value)
