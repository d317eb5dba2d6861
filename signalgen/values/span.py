"""Places in a file; apart from ``values.source``, so that what needs no typed view of the file loads none."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """Bytes ``start`` to ``end`` (exclusive) of a file, and where ``start`` is."""

    start: int
    end: int
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class SyntaxProblem:
    """The first place where the file is no Python."""

    line: int
    column: int
    text: str
