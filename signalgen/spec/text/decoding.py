"""Bytes of a spec -> text that YAML accepts, or the problem with them: ``decode``."""

from __future__ import annotations

from signalgen.late import pattern
from signalgen.spec.text.nodes import NodePlace
from signalgen.spec.text.report import Report, split_lines

MAX_BYTES = 8 * 1024 * 1024

FORBIDDEN = pattern(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
_FORBIDDEN_ASCII = pattern("[^\t\n\r\x20-\x7e]")


def decode(data: bytes, file: str) -> tuple[str, Report]:
    """Return the text of ``data`` without a BOM, and a report for it.

    Raises SpecError if it is too big, not UTF-8, empty, or holds characters that YAML does not
    allow.
    """
    text, invalid = _decoded(data)
    report = Report(file, split_lines(text))
    end = NodePlace(len(report.lines) or 1, len(report.lines[-1]) + 1 if report.lines else 1)
    if len(data) > MAX_BYTES:
        message = f"the spec has more than {MAX_BYTES:,} bytes"
        report.add(NodePlace(1, 1), "", "too-big", message, "write one spec for each app")
    elif invalid is not None:
        report.add(end, "", "not-utf8", f"the spec is not UTF-8: {invalid}", "save it as UTF-8")
    else:
        _refuse_control_characters(text, report)
    report.finish()
    return text, report


def _decoded(data: bytes) -> tuple[str, str | None]:
    if len(data) > MAX_BYTES:
        return "", None
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "", "it starts with the mark of UTF-16"
    try:
        return data.decode("utf-8-sig"), None
    except UnicodeDecodeError as error:
        found = f"byte 0x{data[error.start]:02x} at offset {error.start}"
        return data[: error.start].decode("utf-8-sig"), found


def _refuse_control_characters(text: str, report: Report) -> None:
    # Compiling the ranges of Unicode takes as long as reading a small spec: most need none.
    if not (_FORBIDDEN_ASCII if text.isascii() else FORBIDDEN).search(text):
        return
    for number, line in enumerate(report.lines, 1):
        for match in FORBIDDEN.finditer(line):
            found = f"U+{ord(match.group()):04X}"
            message = f"the character {found} is not allowed in YAML"
            report.add(
                NodePlace(number, match.start() + 1),
                "",
                "control-character",
                message,
                "remove it, or write an escape in double quotes",
            )
