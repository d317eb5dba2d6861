"""Extracts Python from YAML scalars, with the place of each line. Entry: ``code_of``."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from signalgen.late import pattern
from signalgen.values.spec import Code, Mark

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.spec.text.nodes import Scalar
    from signalgen.spec.text.report import Report

_LONG = {"x": 4, "u": 6, "U": 10}
"""The length of an escape that is longer than two characters."""
_PROPERTY = pattern(r"[&!][^ \t\r\n]*|[ \t]+|#[^\r\n]*")


class _Origin(NamedTuple):
    """The start of a scalar's text: its first character, and the indent of later lines."""

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
    mark = Mark(report.file, origin.line, origin.column + margin, path)
    parts = () if indent is not None or skipped or margin else _parts(scalar, mark, report)
    return Code(text, mark, indent, parts)


def _parts(scalar: Scalar, mark: Mark, report: Report) -> tuple[tuple[int, Code], ...]:
    # The places of the stretches of a text's first line that YAML joins or unescapes.
    text = scalar.text.partition("\n")[0]
    places = _escaped(mark, report) if scalar.style == "quoted" else _joined(scalar, mark, report)
    found: list[tuple[int, Code]] = []
    for offset, line, column in places:
        if offset > len(text):
            break
        found.append((offset, Code("", replace(mark, line=line, column=column))))
    return tuple(found[1:])


def _joined(scalar: Scalar, mark: Mark, report: Report) -> Iterator[tuple[int, int, int]]:
    # Offset in the text, line and column of each line: one space joins it to the next.
    offset = 0
    for number in range(mark.line, min(scalar.end_line, len(report.lines)) + 1):
        raw = report.lines[number - 1]
        column = mark.column if number == mark.line else len(raw) - len(raw.lstrip()) + 1
        piece = raw[column - 1 :].rstrip()
        if not piece:
            return
        yield offset, number, column
        offset += len(piece) + 1


def _escaped(mark: Mark, report: Report) -> Iterator[tuple[int, int, int]]:
    # The same for a quoted scalar, with the text after each escape.
    number, at, offset = mark.line, mark.column - 1, 0
    quote = report.lines[number - 1][at - 1 : at]
    yield offset, number, at + 1
    while number <= len(report.lines):
        raw = report.lines[number - 1]
        if at >= len(raw.rstrip()):
            number, offset = number + 1, offset + 1
            below = report.lines[number - 1] if number <= len(report.lines) else ""
            at = len(below) - len(below.lstrip())
            yield offset, number, at + 1
            continue
        doubled = quote == "'" and raw.startswith("''", at)
        if raw[at] == quote and not doubled:
            return
        if doubled or (quote == '"' and raw[at] == "\\"):
            at, offset = at + (2 if doubled else _LONG.get(raw[at + 1 : at + 2], 2)), offset + 1
            yield offset, number, at + 1
        else:
            at, offset = at + 1, offset + 1


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
    # A literal block keeps its text: the white space before it is YAML's indentation.
    indent = len(raw) - len(first) if scalar.style == "literal" else len(raw) - len(raw.lstrip(" "))
    indent = max(indent, 0)
    # A folded block joins lines, so the columns of later lines are unknown.
    joined = scalar.style == "folded" and number + 1 < scalar.end_line
    return _Origin(number, indent + 1, None if joined else indent)


def _after_properties(scalar: Scalar, report: Report) -> tuple[int, int]:
    # An anchor or tag may precede the scalar.
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
