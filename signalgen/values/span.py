"""Places in a file; separate from ``values.source``, so that ``Span`` loads no typed view."""

from __future__ import annotations

from signalgen.late import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """Bytes ``start`` to ``end`` (exclusive) of a file, and line and column of ``start``."""

    start: int
    end: int
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class SyntaxProblem:
    """The first place where the file is not valid Python."""

    line: int
    column: int
    text: str
