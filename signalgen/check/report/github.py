"""Findings as GitHub's workflow commands, which become annotations: ``github(report)``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.late import pattern
from signalgen.screening import printable

if TYPE_CHECKING:
    from signalgen.values.check import CheckReport, Finding

_ENDS = pattern("([\r\n])")
_LEVELS = {"error": "error", "warning": "warning", "info": "notice"}


def github(report: CheckReport) -> str:
    """Return one workflow command for each finding and each file that was skipped."""
    lines = [_annotation(item) for item in report.findings]
    lines += [
        f"::warning title=signalgen,file={_property(item.file)},line={item.line}"
        f",col={item.column}::{_data(item.message)}"
        for item in report.skipped
    ]
    return "".join(f"{line}\n" for line in lines)


def _annotation(item: Finding) -> str:
    place = (
        f"file={_property(item.path)},line={item.line},col={item.column}"
        f",endLine={item.end_line},endColumn={item.end_column}"
    )
    return (
        f"::{_LEVELS[item.severity]} title=signalgen ({item.code}),{place}"
        f"::{item.code} {_data(item.message)}"
    )


def _data(text: str) -> str:
    # GitHub's escapes are for line endings and "%"; other control characters do not belong in a
    # log.
    text = "".join(part if part in "\r\n" else printable(part) for part in _ENDS.split(text))
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
