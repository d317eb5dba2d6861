"""``# noqa`` comments in a line of Python, of a file or a spec's body: ``noqa_of(text, line)``."""

from __future__ import annotations

import re

from signalgen.late import dataclass, pattern

_NOQA = pattern(
    r"#\s*noqa(?P<codes>\s*:\s*(?P<list>[A-Za-z]+[0-9]+(?:[,\s]+[A-Za-z]+[0-9]+)*))?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Noqa:
    """One comment: its codes (none for a bare one) and its place in the line."""

    line: int
    codes: frozenset[str]
    start: int
    text: str

    def silences(self, code: str) -> bool:
        """Return whether findings of ``code`` on this line are silenced."""
        return not self.codes or code in self.codes


def noqa_of(text: str, line: int) -> Noqa | None:
    """Return the comment in one line of source, None if there is none."""
    found = _NOQA.search(text) if "noqa" in text.lower() else None
    if found is None:
        return None
    codes = re.split(r"[,\s]+", found["list"].strip()) if found["list"] else []
    return Noqa(line, frozenset(code.upper() for code in codes), found.start(), found[0])
