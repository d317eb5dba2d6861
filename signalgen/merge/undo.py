"""The record of edits outside generated symbols, kept so that they can be reverted exactly.

A pair is (whole lines before, whole lines after), with the file's own line ends. A pair with an
empty first part is a chunk that was inserted in one piece. Pairs of several runs are composed, so
that reverting them always restores the original file. ``replace_lines`` and ``add_chunks`` record.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.merge import edits

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from signalgen.values.source import Module

Pair = tuple[str, str]


def find(data: bytes, lines: bytes) -> int | None:
    """Return the offset of ``lines`` in ``data`` as whole lines, or None.

    Lines that begin with a line ending may also follow text: they were added after a last line
    without one.
    """
    if not lines:
        return None
    found = [at for at in _occurrences(data, lines) if _ends_whole(data, at + len(lines))]
    whole = [at for at in found if edits.ends_line(data, at)]
    if whole:
        return whole[0]
    # Inserted after a last line without a line end: the first line end belongs to the chunk.
    if lines[:1] in (b"\n", b"\r"):
        return next(
            (at for at in found if data[at + len(lines) :][:1] in (b"", b"\n", b"\r")), None
        )
    return None


def _occurrences(data: bytes, lines: bytes) -> Iterator[int]:
    at = data.find(lines)
    while at >= 0:
        yield at
        at = data.find(lines, at + 1)


def _ends_whole(data: bytes, at: int) -> bool:
    return at == len(data) or edits.ends_line(data, at)


def encoded(module: Module, text: str) -> bytes:
    """Return ``text`` of a pair in the encoding of the file, with its current line ends."""
    raw = text.encode(module.encoding, "replace")
    # A checkout may have changed the line ends since the pair was recorded.
    if find(module.data, raw) is not None:
        return raw
    return edits.encode(module, text.replace("\r\n", "\n").replace("\r", "\n"))


def replace_lines(pairs: Sequence[Pair], before: str, after: str) -> tuple[Pair, ...]:
    """Return ``pairs`` after lines of the file changed, in their own pair or in a new one."""
    made = list(pairs)
    # The latest pair first: it holds the lines as they are now.
    for index in range(len(made) - 1, -1, -1):
        if before and _holds_lines(made[index][1], before):
            changed = (made[index][0], _swap(made[index][1], before, after))
            made[index : index + 1] = [] if changed[0] == changed[1] else [changed]
            return tuple(made)
    return (*made, (before, after))


def _holds_lines(text: str, lines: str) -> bool:
    return (
        find(text.encode("utf-8", "surrogatepass"), lines.encode("utf-8", "surrogatepass"))
        is not None
    )


def _swap(text: str, before: str, after: str) -> str:
    raw, lines = text.encode("utf-8", "surrogatepass"), before.encode("utf-8", "surrogatepass")
    at = find(raw, lines) or 0
    return (raw[:at] + after.encode("utf-8", "surrogatepass") + raw[at + len(lines) :]).decode(
        "utf-8", "surrogatepass"
    )


def add_chunks(
    module: Module, pairs: Sequence[Pair], chunks: Sequence[tuple[int, str]]
) -> tuple[Pair, ...]:
    """Return ``pairs`` after inserting ``chunks`` (offset, text), joined with chunks they touch."""
    made = list(pairs)
    places = [_place(module, pair) for pair in pairs]
    new: list[Pair] = []
    # From the end, so that earlier offsets stay valid.
    for offset, chunk in sorted(chunks, reverse=True):
        for index, (start, end) in enumerate(places):
            if start <= offset <= end:
                before, after = made[index]
                cut = len(module.data[start:offset].decode(module.encoding))
                made[index] = (before, after[:cut] + chunk + after[cut:])
                break
        else:
            new.insert(0, ("", chunk))
    return (*made, *new)


def _place(module: Module, pair: Pair) -> tuple[int, int]:
    lines = encoded(module, pair[1])
    at = None if pair[0] else find(module.data, lines)
    return (-1, -1) if at is None else (at, at + len(lines))


def compact(pairs: Iterable[Pair]) -> tuple[Pair, ...]:
    """Return ``pairs`` without those that change nothing."""
    return tuple(pair for pair in pairs if pair[0] != pair[1])
