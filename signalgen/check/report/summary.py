"""Findings as Markdown for the summary page of a CI job: ``summary(report, names)``.

GitHub shows what a step appends to the file that ``$GITHUB_STEP_SUMMARY`` names:
https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#adding-a-job-summary
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from signalgen.late import pattern
from signalgen.screening import one_line
from signalgen.values.check import SEVERITIES

if TYPE_CHECKING:
    from signalgen.values.check import CheckReport, Finding

_MOST_ROWS = 500
"""A summary may have 1 MiB; nobody reads a longer table."""
_MARKUP = pattern(r"[\\`*_{}\[\]<>|#~!&@$-]")


def summary(report: CheckReport) -> str:
    """Return a headline, the findings of each rule counted, and a table of the findings."""
    counts = Counter(item.severity for item in report.findings)
    said = [f"{counts[one]} {one}{_ending(one, counts[one])}" for one in SEVERITIES if counts[one]]
    lines = [f"### signalgen check: {', '.join(said) or 'no findings'}", ""]
    if report.findings:
        lines += ["| rule | findings |", "|---|---|", *_by_rule(report), ""]
        lines += ["| place | rule | what is wrong |", "|---|---|---|"]
        lines += [_row(item) for item in report.findings[:_MOST_ROWS]]
        left = len(report.findings) - _MOST_ROWS
        lines += ["", f"{left} more in the log of the job."] if left > 0 else []
        lines += [""]
    if report.quieter:
        lines += [f"{report.quieter} at a lower level: `--level info` shows them.", ""]
    for item in report.skipped:
        lines += [f"- not read in full: {_plain(item.file)}: {_plain(item.message)}"]
    return "\n".join(lines).rstrip("\n") + "\n"


def _by_rule(report: CheckReport) -> list[str]:
    counts = Counter((item.code, item.name) for item in report.findings)
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return [f"| {code} {name} | {count} |" for (code, name), count in ordered]


def _row(item: Finding) -> str:
    hint = f"<br>{_plain(item.hint)}" if item.hint else ""
    place = f"{_plain(item.path)}:{item.line}"
    return f"| {place} | {item.code} {item.severity} | {_plain(item.message)}{hint} |"


def _plain(text: str) -> str:
    # Names and texts of a repository must not become markup.
    return _MARKUP.sub(r"\\\g<0>", one_line(text))


def _ending(severity: str, count: int) -> str:
    return "" if count == 1 or severity == "info" else "s"
