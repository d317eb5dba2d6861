"""Shows what a publish would write as a patch for ``git apply``: ``unified_diff(changes)``."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from signalgen.values.change import FileChange

_CONTEXT = 3
_NO_NEWLINE = "\\ No newline at end of file\n"


def unified_diff(changes: Sequence[FileChange], *, internal: bool = False) -> str:
    """Return the changes as one unified diff, in order; internal files only with ``internal``.

    Line endings stay as they are. Bytes that are not valid UTF-8 become lone surrogates: encode
    with ``surrogateescape`` to get them back.
    """
    return "".join(
        line
        for change in changes
        if change.action in ("create", "update", "delete")
        and change.before != change.after
        and (internal or not change.internal)
        for line in _file_diff(change)
    )


def _file_diff(change: FileChange) -> Iterator[str]:
    old, new = _name("a/", change.path), _name("b/", change.path)
    yield f"diff --git {old} {new}\n"
    if change.before is None:
        yield "new file mode 100644\n"
    if change.after is None:
        yield "deleted file mode 100644\n"
    # An empty file has no hunks, and git wants no ---/+++ lines then.
    if not (change.before or change.after):
        return
    yield f"--- {'/dev/null' if change.before is None else _header(old)}\n"
    yield f"+++ {'/dev/null' if change.after is None else _header(new)}\n"
    yield from _hunks(_lines(change.before), _lines(change.after))


def _name(prefix: str, path: str) -> str:
    """Return a path as git writes it: quoted if a character has a meaning in a patch.

    Terminal control characters are quoted as well, which git can read.
    """
    plain = prefix + path
    if plain.isprintable() and '"' not in plain and "\\" not in plain:
        return plain
    escapes = {'"': '\\"', "\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
    return f'"{"".join(escapes.get(character) or _quoted(character) for character in plain)}"'


def _quoted(character: str) -> str:
    if character.isprintable():
        return character
    # A byte of a name that is not UTF-8 is such a surrogate.
    errors = "surrogateescape" if "\udc80" <= character <= "\udcff" else "surrogatepass"
    return "".join(f"\\{byte:03o}" for byte in character.encode("utf-8", errors))


def _header(name: str) -> str:
    return f"{name}\t" if " " in name and not name.startswith('"') else name


def _lines(data: bytes | None) -> list[str]:
    # Split at LF only, as git does: a carriage return belongs to its line.
    text = (data or b"").decode("utf-8", "surrogateescape")
    lines = [line + "\n" for line in text.split("\n")]
    lines[-1] = lines[-1][:-1]
    return lines if lines[-1] else lines[:-1]


def _hunks(old: list[str], new: list[str]) -> Iterator[str]:
    start, end = _shared_ends(old, new)
    middle_old, middle_new = old[start : len(old) - end], new[start : len(new) - end]
    matcher = SequenceMatcher(None, middle_old, middle_new, autojunk=False)
    for group in matcher.get_grouped_opcodes(_CONTEXT):
        first, last = group[0], group[-1]
        yield f"@@ -{_range(first[1], last[2], start)} +{_range(first[3], last[4], start)} @@\n"
        for tag, from_old, to_old, from_new, to_new in group:
            if tag == "equal":
                yield from _marked(" ", middle_old[from_old:to_old])
                continue
            yield from _marked("-", middle_old[from_old:to_old])
            yield from _marked("+", middle_new[from_new:to_new])


def _shared_ends(old: list[str], new: list[str]) -> tuple[int, int]:
    # Comparing the rest is what takes time.
    shortest = min(len(old), len(new))
    start = 0
    while start < shortest and old[start] == new[start]:
        start += 1
    end = 0
    while end < shortest - start and old[-1 - end] == new[-1 - end]:
        end += 1
    return max(0, start - _CONTEXT), max(0, end - _CONTEXT)


def _range(begin: int, end: int, offset: int) -> str:
    length = end - begin
    # An empty range is given by the line before it.
    first = begin + offset + (1 if length else 0)
    return str(first) if length == 1 else f"{first},{length}"


def _marked(mark: str, lines: list[str]) -> Iterator[str]:
    for line in lines:
        yield mark + line
        if not line.endswith("\n"):
            yield "\n" + _NO_NEWLINE
