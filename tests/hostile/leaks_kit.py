"""What a hostile repository would like to print, and what may never be seen of it."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "cli"))

from cli_kit import command  # noqa: E402

SIGNALGEN = command()

MARKS = {
    "newline": "\n::error::owned",
    "carriage return": "\r::error::owned",
    "both": "\r\n  ::stop-commands::owned",
    "line separator": "\u2028::error::owned",
    "paragraph separator": "\u2029::error::owned",
    "next line": "\x85::error::owned",
    "vertical tab": "\x0b::error::owned",
    "form feed": "\x0c::error::owned",
    "escape": "\x1b]0;owned\x07",
    "colour": "\x1b[31mowned",
    "control sequence": "\x9b2J",
    "right to left": "\u202eowned\u2066",
    "backspace": "owned\x08\x08\x08",
    "older command": "##[add-mask]owned",
    "older command of another": "##vso[task.setvariable]owned",
}
"""What a terminal or a CI log would act on, by what it is."""


def unsafe(text: str) -> list[str]:
    """Return the lines of ``text`` that could act on a terminal or on a CI log."""
    lines = text.split("\n")
    return [
        line
        for line in lines
        if not line.replace("\t", "").isprintable()
        or line.lstrip().startswith("::")
        or "##[" in line
        or "##vso[" in line
    ]
