"""Names that both a person and the spec have changed throughout a file: ``follow(...)``.

People who rename a model also rename it in generated code. That does not count as an edit against
the spec: the record of the last run is updated.
"""

from __future__ import annotations

from dataclasses import replace
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from signalgen.late import pattern
from signalgen.merge.symbols import locate, read_index

if TYPE_CHECKING:
    from collections.abc import Mapping

    from signalgen.merge.undo import Pair
    from signalgen.values.change import BaselineEntry
    from signalgen.values.source import Module

_WORD = pattern(r"[^\W\d]\w*")


def follow(
    module: Module,
    wanted: Mapping[str, str],
    entries: tuple[BaselineEntry, ...],
    pairs: tuple[Pair, ...],
) -> tuple[tuple[BaselineEntry, ...], tuple[Pair, ...]]:
    """Return a file's baseline entries with the names that the file and the spec now use.

    A name is updated if both the file and the spec use the new one, and neither the old one.
    ``wanted`` are the texts that the spec asks for, by id.
    """
    changed = [entry for entry in entries if wanted.get(entry.id, entry.text) != entry.text]
    if not changed:
        return entries, pairs
    index = read_index(module)
    uids, names = index.uids(), dict[str, str]()
    for entry in changed:
        symbol = locate(index, entry, uids)
        if symbol is not None and symbol.text != entry.text:
            names.update(_renamed(entry.text, symbol.text, wanted[entry.id]))
    if not names:
        return entries, pairs
    there = set(_WORD.findall(module.data.decode(module.encoding, "replace")))
    names = {old: now for old, now in names.items() if old not in there}
    followed = (
        replace(
            entry,
            text=_with(names, entry.text),
            imports=tuple(_with(names, one) for one in entry.imports),
        )
        for entry in entries
    )
    return tuple(followed), tuple((before, _with(names, after)) for before, after in pairs)


def _renamed(base: str, ours: str, theirs: str) -> dict[str, str]:
    was, mine, new = (_WORD.findall(text) for text in (base, ours, theirs))
    spec = set(new)
    found: dict[str, str] = {}
    for tag, a, b, c, d in SequenceMatcher(None, was, mine, autojunk=False).get_opcodes():
        if tag == "replace" and b - a == d - c:
            found.update(zip(was[a:b], mine[c:d], strict=True))
    return {old: now for old, now in found.items() if old not in spec and now in spec}


def _with(names: Mapping[str, str], text: str) -> str:
    return _WORD.sub(lambda match: names.get(match.group(), match.group()), text)
