"""The generated symbols in a file (``held``), and whether it loads a module (``loads``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen import canon
from signalgen.merge.modules import ModulePlace
from signalgen.merge.symbols import (
    SymbolTable,
    Uids,
    bound,
    locate,
    read_index,
    symbol_at,
    uids_of,
)
from signalgen.source import parse

if TYPE_CHECKING:
    from collections.abc import Iterable

    from signalgen.values.change import BaselineEntry


def held(
    data: bytes, entries: Iterable[BaselineEntry], *, strictly: bool = False
) -> dict[str, str]:
    """Return the names of the ``entries`` in a file, even renamed or edited ones, by id.

    ``strictly`` is for files that they were not generated into: there a symbol must have its
    dispatch_uid or the exact text.
    """
    wanted = list(entries)
    # Exact text first: it needs no parsing, and most files are unedited.
    there = {entry.id: entry.name for entry in _word_for_word(data, wanted)}
    others = [entry for entry in wanted if entry.id not in there]
    likely = [entry for entry in others if any(word.encode() in data for word in _words(entry))]
    if not likely:
        return there
    index = read_index(parse(data))
    uids = index.uids()
    for entry in likely:
        found = locate(index, entry, uids)
        if found is not None and (not strictly or _is_same(index, entry, uids)):
            there[entry.id] = found.name
    return there


def registered(data: bytes, uids: Iterable[str]) -> set[str]:
    """Return the names of the functions of a file that are registered under one of ``uids``."""
    there = read_index(parse(data)).uids()
    return {name for uid in uids for name, _ in there.get(uid, ())}


def _word_for_word(data: bytes, entries: Iterable[BaselineEntry]) -> list[BaselineEntry]:
    # One look at each line: only the places where a text's first line is are compared.
    starts: dict[bytes, list[int]] = {}
    offset = 0
    for line in data.splitlines(keepends=True):
        starts.setdefault(line.rstrip(b"\r\n"), []).append(offset)
        offset += len(line)
    return [
        entry
        for entry in entries
        for text in [entry.text.encode()]
        if any(data.startswith(text, place) for place in starts.get(text.partition(b"\n")[0], ()))
    ]


def _words(entry: BaselineEntry) -> list[str]:
    return [entry.name, bound(entry.text), *uids_of(entry.text)]


def _is_same(index: SymbolTable, entry: BaselineEntry, uids: Uids) -> bool:
    own = uids_of(entry.text)
    if own:
        return any(uid in uids for uid in own)
    spans = index.names.get(entry.name, ())
    return any(
        canon.same(symbol_at(index.module, entry.name, s, entry.text).text, entry.text)
        for s in spans
    )


def loads(data: bytes, package: str, module: str) -> bool:
    """Return whether a file of ``package`` imports ``module`` anywhere, or names it in a string."""
    if any(quote + module.encode("utf-8", "surrogateescape") in data for quote in (b'"', b"'")):
        return True
    place = ModulePlace((package,) if package else (), frozenset(), frozenset())
    for statement in parse(data).imports:
        base = place.absolute(statement.module)
        if f"{base}.".startswith(f"{module}."):
            return True
        if any(f"{base}.{item.name}" == module for item in statement.names):
            return True
    return False
