"""``# noqa`` comments: which findings they silence; ``silenced`` is the entry."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from signalgen.values.noqa import Noqa, noqa_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from signalgen.values.check import Finding


def comments(lines: Iterable[str]) -> dict[int, Noqa]:
    """Return a file's comments by line; text in a string that looks like one counts as well."""
    found = (noqa_of(text, number) for number, text in enumerate(lines, 1))
    return {item.line: item for item in found if item is not None}


def real_comments(text: str) -> dict[int, Noqa]:
    """Return the comments of a file by line, none of a file that cannot be tokenized."""
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
    """Return the comment that silences a finding: on its first or, for a long call, last line."""
    for line in dict.fromkeys((finding.line, finding.end_line)):
        item = noqa.get(line)
        if item is not None and item.silences(finding.code):
            return item
    return None
