"""``# noqa`` comments: which findings of a line they silence, and which of them silence nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from signalgen.values.check import Finding

_NOQA = re.compile(
    r"#\s*noqa(?P<codes>\s*:\s*(?P<list>[A-Za-z]+[0-9]+(?:[,\s]+[A-Za-z]+[0-9]+)*))?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Noqa:
    """One comment: the codes it names, none for a bare one; where it stands in its line."""

    line: int
    codes: frozenset[str]
    start: int
    text: str

    def silences(self, code: str) -> bool:
        """Tell whether findings of ``code`` on this line are silenced."""
        return not self.codes or code in self.codes


def noqa_of(text: str, line: int) -> Noqa | None:
    """Return the comment in one line of source, None when there is none."""
    found = _NOQA.search(text) if "noqa" in text.lower() else None
    if found is None:
        return None
    codes = re.split(r"[,\s]+", found["list"].strip()) if found["list"] else []
    return Noqa(line, frozenset(code.upper() for code in codes), found.start(), found[0])


def comments(lines: Iterable[str]) -> dict[int, Noqa]:
    """Return the comments of a file by line; what only looks like one, inside a string, counts as well."""
    found = (noqa_of(text, number) for number, text in enumerate(lines, 1))
    return {item.line: item for item in found if item is not None}


def real_comments(text: str) -> dict[int, Noqa]:
    """Return the comments of a file by line, none of a file that cannot be cut into tokens."""
    import io  # hardly any run needs them
    import tokenize

    found = {}
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            item = noqa_of(token.string, token.start[0]) if token.type == tokenize.COMMENT else None
            if item is not None:
                found[item.line] = replace(item, start=token.start[1] + item.start)
    except (tokenize.TokenError, SyntaxError, ValueError):
        return {}
    return found


def silenced(finding: Finding, noqa: dict[int, Noqa]) -> Noqa | None:
    """Return the comment that silences a finding: on its first line or on its last, as a long call has it."""
    for line in dict.fromkeys((finding.line, finding.end_line)):
        item = noqa.get(line)
        if item is not None and item.silences(finding.code):
            return item
    return None
