"""Removes hooks from ``ready()``: ``unhook(...)``; and tells whether a created file is empty."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from signalgen.errors import Problem
from signalgen.late import dataclass
from signalgen.merge import edits, undo
from signalgen.merge.edits import Edit
from signalgen.merge.modules import bindings
from signalgen.merge.untie import untie
from signalgen.source import parse
from signalgen.source.reading import spoiled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from signalgen.merge.modules import ModulePlace
    from signalgen.values.change import Baseline, BaselineEntry

HOOK = "hook"


@dataclass(frozen=True, slots=True)
class Unhooked:
    """A file without its hooks: remaining bytes, pairs and entries, removed names, problems."""

    data: bytes
    pairs: tuple[undo.Pair, ...]
    entries: tuple[BaselineEntry, ...]
    removed: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


def unhook(
    path: str,
    data: bytes,
    pairs: tuple[undo.Pair, ...],
    entries: tuple[BaselineEntry, ...],
    place: ModulePlace,
) -> Unhooked:
    """Remove the hooks of ``entries``, the last one first; a heavily edited one is a problem."""
    done = Unhooked(data, pairs, entries)
    known = [after for _, after in pairs]
    for entry in sorted(
        entries, key=lambda e: known.index(e.text) if e.text in known else -1, reverse=True
    ):
        if entry.imports:
            done = _unloaded(path, done, entry, place)
            continue
        pair = next((pair for pair in done.pairs if pair[1] == entry.text), None)
        without = None if pair is None else _reverted(done.data, pair)
        if without is None:
            done = replace(done, problems=(*done.problems, _edited(path, entry)))
            continue
        done = Unhooked(
            without,
            tuple(other for other in done.pairs if other != pair),
            tuple(other for other in done.entries if other != entry),
            (*done.removed, entry.name),
            done.problems,
        )
    return done


def _unloaded(path: str, done: Unhooked, entry: BaselineEntry, place: ModulePlace) -> Unhooked:
    """Remove a module-level import from a package, a whole statement or one of several names."""
    left = untie(done.data, entry.imports, done.pairs, place)
    module = entry.id.partition(":")[2]
    bound = {binding.target for binding in bindings(parse(left.data), place)}
    if module in bound:
        return replace(done, problems=(*done.problems, _edited(path, entry)))
    entries = tuple(other for other in done.entries if other != entry)
    return Unhooked(left.data, left.pairs, entries, (*done.removed, entry.name), done.problems)


def _reverted(data: bytes, pair: undo.Pair) -> bytes | None:
    """Return the file with a hook's edit reverted, or only its import line removed if edited."""
    module = parse(data)
    lines = undo.encoded(module, pair[1])
    at = undo.find(data, lines)
    if at is not None:
        exact = edits.apply(data, [Edit(at, at + len(lines), pair[0].encode(module.encoding))])
        # Reverting may leave a block without a body where the person has edited around it.
        if spoiled(data, exact) is None:
            return exact
    # The lines around the import have changed: remove only the import line itself.
    was = pair[0].splitlines()
    for line in pair[1].splitlines(keepends=True):
        words = line.split()
        if words[:1] not in (["from"], ["import"]) or line.rstrip("\r\n") in was:
            continue
        raw = undo.encoded(module, line)
        at = undo.find(data, raw)
        shorter = None if at is None else edits.apply(data, [Edit(at, at + len(raw), b"")])
        return shorter if shorter is not None and spoiled(data, shorter) is None else None
    return None


def _edited(path: str, entry: BaselineEntry) -> Problem:
    module = entry.id.partition(":")[2]
    what = path if entry.imports else f"{entry.name}()"
    return Problem(
        file=path,
        line=0,
        column=0,
        path="",
        code="edited",
        message=f"{what} has been edited since signalgen added its import of {module}",
        hint=f"remove the import of {module} by hand, then run again with --keep-edited",
    )


def is_ours_alone(
    path: str,
    data: bytes,
    pairs: Sequence[undo.Pair],
    entries: Sequence[BaselineEntry],
    baseline: Baseline,
) -> bool:
    """Return whether a file that signalgen created holds only its header."""
    if path not in baseline.created or entries:
        return False
    left = "".join(after for _, after in pairs).strip()
    return data.strip() in (b"", left.encode(parse(data).encoding, "replace"))
