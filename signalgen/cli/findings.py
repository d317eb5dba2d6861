"""Findings as text for people: place, line with caret, hint, summary. Entry: ``report_text``."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from signalgen.cli.console import Colour, paint
from signalgen.cli.problems import caret_lines, place
from signalgen.screening import one_line
from signalgen.values.check import SEVERITIES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from signalgen.values.check import CheckReport, Finding, Severity

_COLOURS: Mapping[Severity, Colour] = {"error": "red", "warning": "yellow", "info": "cyan"}


def report_text(
    shown: CheckReport, report: CheckReport, seconds: float | None, *, colour: bool, quiet: bool
) -> str:
    """Return the findings of ``shown``, and unless ``quiet`` a summary of ``report``."""
    parts = [_group_text(group, colour=colour) for group in _together(shown.findings)]
    if not quiet:
        parts.append(_summary(report, seconds, colour=colour))
    return "\n".join(parts)


def _together(findings: Sequence[Finding]) -> Iterator[list[Finding]]:
    """Yield the findings by receiver and rule, in the order of their first places.

    A text that is the same for many places is shown once.
    """
    groups: dict[tuple[str, ...], list[Finding]] = {}
    for item in findings:
        own = (item.path, item.context, item.code) if item.context else ()
        groups.setdefault(own or (item.code, item.message, item.hint), []).append(item)
    yield from groups.values()


def _group_text(group: Sequence[Finding], *, colour: bool) -> str:
    """Return a receiver's findings: in full, or only the places of those with the same text."""
    said: dict[tuple[str, str], list[Finding]] = {}
    for item in group:
        said.setdefault((item.message, item.hint), []).append(item)
    return "\n".join(_once_text(same, colour=colour) for same in said.values())


def _once_text(same: Sequence[Finding], *, colour: bool) -> str:
    places = [
        paint(place(item.path, item.line, item.column).rstrip(": "), "bold", on=colour)
        for item in same[1:]
    ]
    also = "".join(f"  also: {one}\n" for one in places)
    return finding_text(same[0], colour=colour) + also


def statistics_text(report: CheckReport, *, colour: bool) -> str:
    """Return one line per rule: the number of findings, and how many of them have a fix."""
    counts = Counter((item.code, item.name, item.severity) for item in report.findings)
    fixes = Counter(item.code for item in report.findings if item.fix is not None)
    lines = []
    for (code, name, severity), count in sorted(
        counts.items(), key=lambda pair: (-pair[1], pair[0])
    ):
        fixable = f"  ({fixes[code]} with a fix)" if fixes[code] else ""
        lines.append(
            f"{count:6}  {paint(code, _COLOURS[severity], on=colour)}  "
            f"{severity:8}{name}{fixable}\n"
        )
    return "".join(lines)


NO_CODE = "There is no Python file in this folder; --project names another one.\n"
"""The text to add if all counts are 0."""


def finding_text(item: Finding, *, colour: bool) -> str:
    """Return the lines for one finding."""
    head = paint(place(item.path, item.line, item.column), "bold", on=colour)
    label = paint(f"{item.code} {item.severity}: ", _COLOURS[item.severity], on=colour)
    lines = [f"{head}{label}{one_line(item.message)}", *_caret(item)]
    if item.hint:
        lines.append(paint("  hint: ", "cyan", on=colour) + one_line(item.hint))
    return "\n".join(lines) + "\n"


def _caret(item: Finding) -> list[str]:
    lines = caret_lines(item.source, item.column)
    if len(lines) == 2 and item.line == item.end_line:
        room = len(lines[0]) - len(lines[1]) + 1
        lines[1] += "^" * (min(item.end_column - item.column, room) - 1)
    return lines


def _summary(report: CheckReport, seconds: float | None, *, colour: bool) -> str:
    counts = Counter(item.severity for item in report.findings)
    said = [_counted(counts[kind], kind) for kind in SEVERITIES if counts[kind]]
    found = ", ".join(said) or paint("no findings", "green", on=colour)
    pace = ", as before: nothing has changed" if seconds is None else _pace(report.files, seconds)
    extra = [f"{report.suppressed} silenced"] if report.suppressed else []
    extra += [_counted(len(report.skipped), "file") + " not read in full"] if report.skipped else []
    more = f" ({', '.join(extra)})" if extra else ""
    safe = sum(item.fix is not None and item.fix.safe for item in report.findings)
    unsafe = sum(item.fix is not None and not item.fix.safe for item in report.findings)
    offers = [f"{safe} with --fix"] if safe else []
    offers += [f"{unsafe} with --unsafe-fixes"] if unsafe else []
    fixable = f"fixable: {', '.join(offers)}\n" if offers else ""
    rules = Counter(item.code for item in report.findings)
    by_rule = ", ".join(f"{code} {count}" for code, count in sorted(rules.items()))
    ruled = f"by rule: {by_rule}\n" if len(rules) > 1 else ""
    quieter = (
        f"{report.quieter} at a lower level: --level info shows them\n" if report.quieter else ""
    )
    where = f"{found}{more} in {_counted(report.files, 'file')}{pace}\n"
    return ruled + fixable + quieter + where + ("" if report.files else NO_CODE)


def _pace(files: int, seconds: float) -> str:
    return f", {seconds:.2f} s, {files / max(seconds, 1e-9):.0f} files/s"


def _counted(count: int, word: str) -> str:
    plain = word if count == 1 or word == "info" else f"{word}s"
    return f"{count} {plain}"
