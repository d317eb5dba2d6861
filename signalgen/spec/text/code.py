"""Cuts Python out of YAML scalars, with the place of each line. Entry: ``code_of``."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from signalgen.late import pattern
from signalgen.values.spec import Code, Mark

if TYPE_CHECKING:
    from signalgen.spec.text.nodes import Scalar
    from signalgen.spec.text.report import Report

_PROPERTY = pattern(r"[&!][^ \t\r\n]*|[ \t]+|#[^\r\n]*")


class _Origin(NamedTuple):
    """Where a scalar's text begins: its first character, and the indent of the lines below."""

    line: int
    column: int
    indent: int | None


def code_of(scalar: Scalar, path: str, report: Report) -> Code:
    """Return the Python in ``scalar``: dedented, stripped of blank lines, comments kept."""
    lines = scalar.text.split("\n")
    skipped = 0
    while skipped < len(lines) and not lines[skipped].strip():
        skipped += 1
    lines = lines[skipped:]
    while lines and not lines[-1].strip():
        lines.pop()
    if not lines:
        return Code("", report.mark(scalar, path))
    margin = _margin(lines)
    text = "\n".join(line[margin:] for line in lines)
    if not scalar.line:
        return Code(text, report.mark(scalar, path))
    origin = _origin(scalar, skipped, lines[0], report)
    indent = None if origin.indent is None else origin.indent + margin
    return Code(text, Mark(report.file, origin.line, origin.column + margin, path), indent)


def _margin(lines: list[str]) -> int:
    first = lines[0]
    margin = first[: len(first) - len(first.lstrip(" \t"))]
    if all(line.startswith(margin) for line in lines if line.strip()):
        return len(margin)
    return 0


def _origin(scalar: Scalar, skipped: int, first: str, report: Report) -> _Origin:
    line, column = _after_properties(scalar, report)
    if scalar.style == "plain":
        return _Origin(line, column, None)
    if scalar.style == "quoted":
        return _Origin(line, column + 1, None)
    number = line + 1 + skipped
    raw = report.lines[number - 1] if number <= len(report.lines) else ""
    # A literal block keeps its text: what the line has in front of it is the indentation of YAML.
    indent = len(raw) - len(first) if scalar.style == "literal" else len(raw) - len(raw.lstrip(" "))
    indent = max(indent, 0)
    # A folded block joins lines, so the columns of later lines are unknown.
    joined = scalar.style == "folded" and number + 1 < scalar.end_line
    return _Origin(number, indent + 1, None if joined else indent)


def _after_properties(scalar: Scalar, report: Report) -> tuple[int, int]:
    # An anchor or tag may stand before the scalar itself.
    line, column = scalar.line, scalar.column
    while line <= len(report.lines):
        source = report.lines[line - 1]
        match = _PROPERTY.match(source, column - 1)
        if match:
            column += len(match.group())
        elif column > len(source) and line < len(report.lines) and line < scalar.end_line:
            line, column = line + 1, 1
        else:
            break
    return line, column
