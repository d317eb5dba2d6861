"""Three-way merge of one symbol: ``merge(base, ours, theirs)`` is the entry.

Decorators, signature, docstring and body are merged separately, each by logical lines: a line that
only one side changed is taken from that side. Lines are compared as code, so reformatting is not a
change.
"""

from __future__ import annotations

import io
import re
import textwrap
import tokenize
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from signalgen import canon
from signalgen.late import dataclass, pattern

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Both = Callable[[Sequence["DiffLine"], Sequence["DiffLine"]], list["DiffLine"]]

OPENS, CLOSES = "<<<<<<< the spec says", ">>>>>>> the spec says"
"""The markers that ``with_markers`` puts around the spec's version, in comments."""
_DEFINITION = pattern(r"(?:async\s+)?def\b|class\b")
_SKIPPED = (tokenize.NL, tokenize.ENDMARKER, tokenize.ENCODING)
Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class DiffLine:
    """A logical line or own-line comment: depth, text with empty lines above, key to compare."""

    depth: int
    text: str
    key: Key
    indent: str


@dataclass(frozen=True, slots=True)
class _Parts:
    """The logical lines of a symbol: above the definition, its signature, docstring and body."""

    above: tuple[DiffLine, ...]
    signature: tuple[DiffLine, ...]
    docstring: tuple[DiffLine, ...]
    body: tuple[DiffLine, ...]

    def groups(self) -> tuple[tuple[DiffLine, ...], ...]:
        return (self.above, self.signature, self.docstring, self.body)


def merge(base: str, ours: str, theirs: str) -> str | None:
    """Return the text with both changes, None if they clash or give invalid Python."""
    return _merged(base, ours, theirs, None)


def with_markers(base: str, ours: str, theirs: str) -> str:
    """Return the text with both changes; where they clash, ``theirs`` is in comments below ours.

    The file still parses. If the parts of a symbol cannot be separated, it has all of ``theirs``.
    """
    unit = _unit(ours)

    def both(mine: Sequence[DiffLine], new: Sequence[DiffLine]) -> list[DiffLine]:
        first = mine[0] if mine else new[0]
        indent = first.indent if mine else unit * first.depth
        text = textwrap.dedent("".join(_reindented(line, unit) for line in new).strip("\n"))
        made = "".join(f"{indent}{line}\n" for line in _commented(text))
        return [*mine, DiffLine(first.depth, made, ("markers",), indent)]

    merged = _merged(base, ours, theirs, both)
    return f"{ours}{_lines(_commented(theirs))}" if merged is None else merged


def _commented(text: str) -> list[str]:
    lines = [f"# {line}".rstrip() for line in text.rstrip("\n").split("\n")]
    return [f"# {OPENS}", *(lines if text else ()), f"# {CLOSES}"]


def _lines(lines: Sequence[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _merged(base: str, ours: str, theirs: str, both: Both | None) -> str | None:
    parts = [_parts(text) for text in (base, ours, theirs)]
    if parts[0] is None or parts[1] is None or parts[2] is None:
        return None
    unit = _unit(ours)
    made: list[DiffLine] = []
    for group in zip(parts[0].groups(), parts[1].groups(), parts[2].groups(), strict=True):
        merged = merge_lines(*group, both)
        if merged is None:
            return None
        made += merged
    # Lines taken from the spec get the indentation unit of the person's text.
    own = {id(line) for group in parts[1].groups() for line in group}
    text = "".join(
        line.text if id(line) in own or line.key == ("markers",) else _reindented(line, unit)
        for line in made
    )
    text = text.lstrip("\n")
    if canon.parse(text) is None and canon.parse(ours) is not None:
        return None
    return text if _parts(text) is not None else None


def merge_lines(
    base: Sequence[DiffLine],
    ours: Sequence[DiffLine],
    theirs: Sequence[DiffLine],
    both: Both | None = None,
) -> list[DiffLine] | None:
    """Return the lines with both sides' changes; ``ours`` where both agree.

    ``both`` resolves a clash from the two sides; without it, the result is None.
    """
    made: list[DiffLine] = []
    at_base = at_ours = at_theirs = 0
    for start, in_ours, in_theirs, size in _common(base, ours, theirs):
        mine, new = ours[at_ours:in_ours], theirs[at_theirs:in_theirs]
        changed = _choose(base[at_base:start], mine, new)
        if changed is None and both is not None:
            changed = both(mine, new)
        if changed is None:
            return None
        made += [*changed, *ours[in_ours : in_ours + size]]
        at_base, at_ours, at_theirs = start + size, in_ours + size, in_theirs + size
    return made


def _common(
    base: Sequence[DiffLine], ours: Sequence[DiffLine], theirs: Sequence[DiffLine]
) -> list[tuple[int, int, int, int]]:
    """Return the runs all three share (base, ours, theirs, size), and an empty one at the end."""
    keys = [[line.key for line in side] for side in (base, ours, theirs)]
    left = SequenceMatcher(None, keys[0], keys[1], autojunk=False).get_matching_blocks()
    right = SequenceMatcher(None, keys[0], keys[2], autojunk=False).get_matching_blocks()
    found = []
    # Intersect the two pairwise matchings: parts that both share with the base are shared by all
    # three.
    for a in left:
        for b in right:
            start, end = max(a.a, b.a), min(a.a + a.size, b.a + b.size)
            if start < end:
                found.append((start, a.b + start - a.a, b.b + start - b.a, end - start))
    return [*found, (len(base), len(ours), len(theirs), 0)]


def _choose(
    base: Sequence[DiffLine], ours: Sequence[DiffLine], theirs: Sequence[DiffLine]
) -> Sequence[DiffLine] | None:
    was, mine, new = ([line.key for line in side] for side in (base, ours, theirs))
    if was == mine:
        return theirs
    if new in (was, mine):
        return ours
    # The person only added lines below or above what the spec changed: both can stay.
    size = len(was)
    if size and theirs and _level(base, ours, theirs):
        if mine[:size] == was and len(new) <= size:
            return [*theirs, *ours[size:]]
        if mine[-size:] == was and len(new) <= size:
            return [*ours[:-size], *theirs]
    return None


def _level(*sides: Sequence[DiffLine]) -> bool:
    return len({line.depth for side in sides for line in side}) == 1


def _parts(text: str) -> _Parts | None:
    """Return the parts of a symbol (no definition: all body), None if it cannot be tokenized."""
    lines = logical_lines(text)
    if lines is None:
        return None
    start = next(
        (i for i, line in enumerate(lines) if line.depth == 0 and _is_definition(line)), None
    )
    if start is None:
        return _Parts((), (), (), tuple(lines))
    cut = start + 1
    if cut < len(lines) and _is_docstring(lines[cut]):
        cut += 1
    return _Parts(
        tuple(lines[:start]), (lines[start],), tuple(lines[start + 1 : cut]), tuple(lines[cut:])
    )


def _is_definition(line: DiffLine) -> bool:
    return _DEFINITION.match(line.text.lstrip()) is not None


def _is_docstring(line: DiffLine) -> bool:
    return re.match(r"\s*[rRuU]?['\"]", line.text) is not None and line.depth == 1


def logical_lines(text: str) -> list[DiffLine] | None:
    """Return the logical lines and comment lines of ``text``, None if it cannot be tokenized."""
    rows = text.split("\n")
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (tokenize.TokenError, SyntaxError):
        return None
    lines: list[DiffLine] = []
    depth, taken, first = 0, 0, 0
    for token in tokens:
        if token.type == tokenize.INDENT:
            depth += 1
        elif token.type == tokenize.DEDENT:
            depth -= 1
        elif (
            token.type == tokenize.COMMENT
            and not first
            and rows[token.start[0] - 1].lstrip().startswith("#")
        ):
            # A comment counts as a line only outside of a statement, with nothing else on its row.
            lines.append(_line(rows, taken, token.start[0], None))
            taken = token.start[0]
        elif token.type == tokenize.NEWLINE:
            lines.append(_line(rows, taken, token.end[0], depth))
            taken, first = token.end[0], 0
        elif token.type not in _SKIPPED and not first:
            first = token.start[0]
    return _with_comment_depths(lines)


def _line(rows: Sequence[str], start: int, end: int, depth: int | None) -> DiffLine:
    text = "".join(f"{row}\n" for row in rows[start:end])
    code = text.lstrip("\n")
    indent = code[: len(code) - len(code.lstrip(" \t"))]
    words = canon.words(_unindented(code, indent))
    key: Key = (code.split(),) if words is None else (words,)
    return DiffLine(-1 if depth is None else depth, text, (depth, str(key)), indent)


def _unindented(code: str, indent: str) -> str:
    return "\n".join(row.removeprefix(indent) for row in code.split("\n"))


def _with_comment_depths(lines: Sequence[DiffLine]) -> list[DiffLine]:
    # A comment has no INDENT of its own: it gets the depth of code with the same indentation.
    depths = {line.indent: line.depth for line in lines if line.depth >= 0}
    return [
        line
        if line.depth >= 0
        else DiffLine(depths.get(line.indent, 0), line.text, line.key, line.indent)
        for line in lines
    ]


def _unit(text: str) -> str:
    lines = logical_lines(text) or []
    return next((line.indent for line in lines if line.depth == 1), "    ")


def _reindented(line: DiffLine, unit: str) -> str:
    new = unit * line.depth
    if new == line.indent:
        return line.text
    rows = line.text.split("\n")
    return "\n".join(
        new + row.removeprefix(line.indent) if row.startswith(line.indent) and row else row
        for row in rows
    )
