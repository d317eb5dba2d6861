"""Removes unused imports that signalgen added, restoring the earlier bytes: ``untie``."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from signalgen.late import dataclass
from signalgen.merge import edits, result, undo
from signalgen.merge.edits import Edit
from signalgen.merge.head import type_checking_block
from signalgen.merge.modules import ModulePlace, bindings, target_of
from signalgen.source import parse
from signalgen.values.fragment import ImportNeed

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from signalgen.merge.undo import Pair
    from signalgen.values.source import Import, Module

_ROUNDS = 2


@dataclass(frozen=True, slots=True)
class Untied:
    """A file without the unused imports, and the pairs that are left to undo."""

    data: bytes
    pairs: tuple[Pair, ...]


def as_key(need: ImportNeed) -> str:
    """Return how the baseline writes an import."""
    return f"{need.module}:{need.name}:{need.alias}"


def from_key(key: str) -> ImportNeed:
    """Return the import that the baseline wrote as ``key``."""
    module, _, rest = key.partition(":")
    name, _, alias = rest.partition(":")
    return ImportNeed(module, name, alias)


def settled(key: str, place: ModulePlace) -> str:
    """Return ``key`` with the full path of its module, the same for every spelling of it."""
    need = from_key(key)
    return as_key(replace(need, module=place.absolute(need.module)))


def untie(data: bytes, keys: Iterable[str], pairs: Sequence[Pair], place: ModulePlace) -> Untied:
    """Remove the imports ``keys`` from a file if nothing uses them.

    Runs in rounds, because an empty ``if TYPE_CHECKING:`` makes another import unused.
    """
    wanted = {from_key(key) for key in keys}
    done = Untied(data, tuple(pairs))
    for _ in range(_ROUNDS):
        if not wanted:
            break
        module = parse(done.data)
        useless = _useless(module, wanted, _needed(module, wanted), done.pairs, place)
        # The last first, so that the others stay where they are.
        for start in sorted(useless, reverse=True):
            done = _shorten(done, start, useless[start])
        gone = {name for names in useless.values() for name in names}
        wanted = {need for need in wanted if need.bound not in gone}
    return done


def _needed(module: Module, wanted: Collection[ImportNeed]) -> frozenset[str]:
    """Return the names that the file uses, except those imported and used under a condition."""
    used = result.used_names(module)
    names = {need.bound for need in wanted} & used
    guarded = [
        imp for imp in module.imports if not imp.scope and imp.guard not in ("", "type_checking")
    ]
    # Names that a conditional import binds again: are they still used with that block cut out?
    blocks: list[Edit] = []
    bound: set[str] = set()
    for imp in guarded:
        held = {item.alias or item.name for item in imp.names} & names
        for item in module.statements if held else ():
            if item.span.start <= imp.span.start < item.span.end:
                blocks.append(Edit(item.span.start, item.span.end, b"pass"))
                bound |= held
    if not bound:
        return used
    outside = {(block.start, block.end): block for block in blocks}
    rest = result.used_names(parse(edits.apply(module.data, list(outside.values()))))
    return used - (bound - rest)


def _useless(
    module: Module,
    wanted: Collection[ImportNeed],
    used: frozenset[str],
    pairs: Sequence[Pair],
    place: ModulePlace,
) -> dict[int, set[str]]:
    # Where a person has imported the same name as well, only ours goes.
    found: dict[tuple[str, str], list[Import]] = {}
    for binding in bindings(module, place):
        if binding.statement.guard in ("", "type_checking") and binding.name not in used:
            full = (
                binding.target
                if binding.statement.is_from
                else place.absolute(binding.statement.module)
            )
            found.setdefault((binding.name, full), []).append(binding.statement)
    useless: dict[int, set[str]] = {}
    for need in wanted:
        full = target_of(need, place) if need.name else place.absolute(need.module)
        # A single such import counts as ours; of several only those in the undo record do.
        same = found.get((need.bound, full), [])
        ours = same if len(same) == 1 else [imp for imp in same if _is_recorded(module, imp, pairs)]
        for statement in ours:
            useless.setdefault(statement.span.start, set()).add(need.bound)
    return useless


def _is_recorded(module: Module, statement: Import, pairs: Sequence[Pair]) -> bool:
    """Return whether a pair holds the statement's lines: then signalgen added them."""
    data = module.data
    start, end = (
        edits.line_start(data, statement.span.start),
        edits.next_line(data, statement.span.end),
    )
    for _, after in pairs:
        lines = undo.encoded(module, after)
        at = undo.find(data, lines)
        if at is not None and at <= start and end <= at + len(lines):
            return True
    return False


def _shorten(done: Untied, start: int, gone: Collection[str]) -> Untied:
    module = parse(done.data)
    parts = [imp for imp in module.imports if imp.span.start == start]
    if not parts or not gone:
        return done
    statement = parts[0]
    first = edits.line_start(module.data, start)
    end = edits.next_line(module.data, statement.span.end)
    if edits.decode(module, first, start).strip() or len(parts) > 1:
        return done
    bound = [item.alias or item.name for item in statement.names] or [
        statement.alias or statement.module.partition(".")[0]
    ]
    if set(bound) <= set(gone):
        return _drop_statement(module, done.pairs, *_with_block(module, first, end))
    return _drop_names(module, done.pairs, statement, gone, first, end)


def _with_block(module: Module, start: int, end: int) -> tuple[int, int]:
    """Return the lines of a statement, with ``if TYPE_CHECKING:`` when it is alone in it."""
    block = type_checking_block(module)
    if block is None or not block.span.start < start < block.span.end:
        return start, end
    data = module.data
    below = edits.next_line(data, block.span.start)
    alone = edits.is_blank(data, below, start) and edits.is_blank(data, end, block.span.end)
    return (edits.line_start(data, block.span.start), end) if alone else (start, end)


def _drop_statement(module: Module, pairs: Sequence[Pair], start: int, end: int) -> Untied:
    """Remove whole lines; with the last lines of a chunk its empty lines are removed too."""
    data = module.data
    for index, (before, after) in enumerate(pairs):
        lines = undo.encoded(module, after)
        at = undo.find(data, lines)
        if before or at is None or not at <= start < at + len(lines):
            continue
        # The pair shrinks with the chunk, so that the rest can still be reverted exactly.
        rest = lines[: start - at] + lines[end - at :]
        rest = _tidy(rest, start - at, module)
        new = rest.decode(module.encoding)
        kept = (*pairs[:index], ("", new), *pairs[index + 1 :])
        return Untied(edits.apply(data, [Edit(at, at + len(lines), rest)]), undo.compact(kept))
    # A line with a pair of its own, such as one in the ``if TYPE_CHECKING:`` block.
    line = data[start:end].decode(module.encoding)
    for before, after in reversed(pairs):
        if after == line and not before.strip():
            return Untied(
                edits.apply(data, [Edit(start, end, b"")]),
                undo.compact(undo.replace_lines(pairs, line, "")),
            )
    end = _with_blanks(data, start, end)
    return Untied(edits.apply(data, [Edit(start, end, b"")]), tuple(pairs))


def _with_blanks(data: bytes, start: int, end: int) -> int:
    """Return the end of the empty lines below an import section that has lost its only line."""
    above, below = edits.blanks_before(data, start), edits.blanks_after(data, end)
    # One run of empty lines stays, the larger of the two.
    while above and below:
        end = edits.next_line(data, end)
        below -= 1
        above -= 1
    return end


def _tidy(chunk: bytes, at: int, module: Module) -> bytes:
    """Return a chunk that lost the lines at ``at``, without the empty lines that separated them."""
    if not chunk.strip():
        return b""
    if at == 0 or not edits.is_blank(chunk, 0, at):
        above = edits.blanks_before(chunk, at) if at else 1
        newline = module.newline.encode("ascii")
        if above and chunk.startswith(newline, at):
            return chunk[:at] + chunk[at + len(newline) :]
        if above and at == len(chunk):
            return chunk[:at].rstrip(b"\r\n") + newline
    return chunk


def _drop_names(
    module: Module,
    pairs: Sequence[Pair],
    statement: Import,
    gone: Collection[str],
    start: int,
    end: int,
) -> Untied:
    data = module.data
    line = data[start:end].decode(module.encoding)
    left = [
        (item.name, item.alias) for item in statement.names if (item.alias or item.name) not in gone
    ]
    for before, after in pairs:
        if after == line and _names_of(before, module) == left:
            # Exactly the names from before: restore the old layout as well.
            new = before
            break
    else:
        new = _without(module, statement, gone, start, end)
    changed = edits.apply(data, [Edit(start, end, new.encode(module.encoding))])
    known = any(
        after == line or undo.find(after.encode(), line.encode()) is not None for _, after in pairs
    )
    kept = undo.replace_lines(pairs, line, new) if known else tuple(pairs)
    return Untied(changed, undo.compact(kept))


def _names_of(line: str, module: Module) -> list[tuple[str, str | None]]:
    found = parse(line.lstrip(" \t").encode(module.encoding, "replace")).imports
    return [(item.name, item.alias) for item in found[0].names] if found else []


def _without(module: Module, statement: Import, gone: Collection[str], start: int, end: int) -> str:
    data = module.data
    cuts: list[Edit] = []
    items = statement.names
    for index, item in enumerate(items):
        if (item.alias or item.name) not in gone:
            continue
        row_start, row_end = (
            edits.line_start(data, item.span.start),
            edits.next_line(data, item.span.end),
        )
        row = data[row_start:row_end].split(b"#")[0].strip().rstrip(b",").strip()
        # The name has a row of its own.
        if statement.parenthesized and row == data[item.span.start : item.span.end]:
            cuts.append(Edit(row_start, row_end, b""))
        elif index + 1 < len(items):
            cuts.append(Edit(item.span.start, items[index + 1].span.start, b""))
        else:
            # The last name also takes the comma before it, and earlier cuts up to there.
            kept = [i for i in items[:index] if (i.alias or i.name) not in gone]
            cuts = [cut for cut in cuts if not kept or cut.start < kept[-1].span.end]
            cuts.append(Edit(kept[-1].span.end if kept else item.span.start, item.span.end, b""))
    moved = [Edit(cut.start - start, cut.end - start, b"") for cut in cuts]
    return edits.apply(data[start:end], moved).decode(module.encoding)
