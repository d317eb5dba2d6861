"""Text that Markdown shows literally: ``escaped``."""

from __future__ import annotations

from signalgen.late import pattern
from signalgen.screening import one_line

_SPECIAL = "\\|<>*`[]"
_EDGES = pattern(r"\b_|_\b")


def escaped(text: str) -> str:
    """Return ``text`` on one line, with the special characters of Markdown escaped."""
    for char in _SPECIAL:
        text = text.replace(char, f"\\{char}")
    # Inside a word an underscore is itself.
    return _EDGES.sub(r"\\_", one_line(text))
