"""Removes generated code from a file, restoring the earlier bytes: ``unmerge_file(...)``."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from signalgen.errors import Problem
from signalgen.late import dataclass
from signalgen.merge import edits, place, result, undo
from signalgen.merge.decide import Decision, decide
from signalgen.merge.modules import ModulePlace, place_of
from signalgen.merge.policy import Policy
from signalgen.merge.symbols import read_index
from signalgen.merge.unhook import HOOK, is_ours_alone, unhook
from signalgen.merge.untie import untie
from signalgen.merge.usage import keep_hooked, keep_used
from signalgen.source import parse
from signalgen.values.change import Baseline, BaselineEntry, Merged

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from signalgen.values.project import Style
    from signalgen.values.source import Module


@dataclass(frozen=True, slots=True)
class _Rest:
    """A file during removal: its bytes, and its remaining baseline entries."""

    data: bytes
    pairs: tuple[undo.Pair, ...]
    entries: tuple[BaselineEntry, ...] = ()
    removed: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


def unmerge_file(
    path: str,
    before: bytes,
    *,
    baseline: Baseline,
    sources: frozenset[str],
    keep_edited: bool,
    style: Style,
    first_party: frozenset[str],
    package: str | None = None,
    keep_hooks: bool = False,
    spared: Mapping[str, str] | None = None,
) -> Merged:
    """Remove the symbols of ``sources`` from the file, with imports and hooks no longer needed.

    Symbols that a person edited, or that remaining code uses, are problems; with ``keep_edited``
    they stay and belong to the person. A hook is removed with the last receiver of its app, unless
    ``keep_hooks`` says that receivers, and so hooks, stay for the person. ``spared`` is the
    policy's: code that edited symbols need stays with them. ``entries`` and ``undo`` of the result
    replace everything in the baseline for this path. ``after`` is ``b""`` when nothing is left of a
    file that signalgen created, and None if nothing changes.
    """
    old = tuple(entry for entry in baseline.entries.values() if entry.path == path)
    pairs, start = tuple(baseline.undo.get(path, ())), parse(before)
    refused = Merged(path, before, None, entries=old, undo=pairs)
    if error := result.unreadable(path, start, result.names_of(old)):
        return replace(refused, problems=(error,))
    here = place_of(path, package, first_party, style)
    rest = _Rest(before, pairs, tuple(entry for entry in old if entry.kind == HOOK))
    rest = _hooks_settled(path, rest, baseline, sources, here, keep=keep_hooks)
    module, kept = parse(rest.data), spared or {}
    decisions = _decided(path, module, rest, old, sources, Policy(spared=kept))
    if (problems := (*rest.problems, *_problems(path, decisions, kept))) and not keep_edited:
        return replace(refused, problems=problems)
    rest = _without_symbols(module, rest, _handed_on(decisions, baseline, sources))
    rest = _without_imports(rest, old, sources, here)
    gone = is_ours_alone(path, rest.data, rest.pairs, rest.entries, baseline)
    after = b"" if gone else _left(module, rest.data, decisions)
    if after and (broken := result.broken(path, before, after)):
        return replace(refused, problems=(broken,))
    return Merged(
        path=path,
        before=before,
        after=None if after == before else after,
        kept=tuple(d.name for d in decisions if d.state == "orphan"),
        removed=rest.removed,
        entries=rest.entries,
        undo=rest.pairs if rest.entries else (),
        notes=result.partly(path, start),
    )


def _left(module: Module, after: bytes, decisions: Sequence[Decision]) -> bytes:
    # What is kept may now be the first in the file: the empty lines above it were ours.
    first = edits.first_offset(after)
    start = edits.first_line(after)
    kept = (d.symbol for d in decisions if d.state == "orphan" and d.symbol is not None)
    opens = any(after.startswith(module.data[k.start : k.end], start) for k in kept)
    return result.closed(after[:first] + after[start:] if opens else after, module.newline)


def _decided(
    path: str,
    module: Module,
    rest: _Rest,
    old: Sequence[BaselineEntry],
    sources: frozenset[str],
    policy: Policy,
) -> list[Decision]:
    symbols = [entry for entry in old if entry.kind != HOOK]
    hooked = {entry.name.removesuffix(".ready") for entry in rest.entries}
    made = decide(read_index(module), path, (), symbols, sources, policy)
    return keep_used(module, keep_hooked(made, hooked))


def _hooks_settled(
    path: str,
    rest: _Rest,
    baseline: Baseline,
    sources: frozenset[str],
    here: ModulePlace,
    *,
    keep: bool,
) -> _Rest:
    """Leave hooks to the person (``keep``) or to another spec with receivers, or remove them."""
    # Without their pairs, the hooks are no longer known to signalgen.
    if keep:
        texts = {entry.text for entry in rest.entries}
        return _Rest(rest.data, tuple(pair for pair in rest.pairs if pair[1] not in texts))
    kept: list[BaselineEntry] = []
    going: list[BaselineEntry] = []
    for entry in rest.entries:
        heirs = _with_receivers(baseline, sources, entry)
        # The last removal also removes them.
        ours = bool(heirs) and entry.source in sources
        (kept if heirs else going).append(replace(entry, source=heirs[0]) if ours else entry)
    done = unhook(path, rest.data, rest.pairs, tuple(going), here)
    left = (*kept, *done.entries)
    return _Rest(done.data, done.pairs, left, done.removed, done.problems)


def _with_receivers(baseline: Baseline, sources: frozenset[str], hook: BaselineEntry) -> list[str]:
    # The other specs with receivers in the module that the hook loads.
    module = hook.id.partition(":")[2].partition("@")[0].replace(".", "/")
    live = [e for e in baseline.entries.values() if e.kind == "receiver" and not e.deleted]
    tails = (f"/{module}.py", f"/{module}/__init__.py")
    there = [e for e in live if f"/{e.path}".endswith(tails)]
    return sorted({e.source for e in there or live if e.source not in sources})


def _problems(path: str, decisions: Sequence[Decision], spared: Collection[str]) -> list[Problem]:
    found = []
    for decision in decisions:
        symbol, entry = decision.symbol, decision.entry
        if decision.state != "orphan" or symbol is None or entry is None:
            continue
        if entry.id in spared:
            # The problem is the edited code elsewhere; without it, this would be removed too.
            continue
        # Unedited orphans are those that ``keep_used`` has spared.
        used = symbol.text == entry.text
        what = "is still used in this file" if used else "has been edited since it was generated"
        found.append(
            Problem(
                file=path,
                line=symbol.line,
                column=symbol.column,
                path="",
                code="in-use" if used else "edited",
                message=f"{decision.name} {what}, so it is not removed",
                hint=(
                    "run again with --keep-edited to leave it in the file as your own code, "
                    "or delete it by hand"
                ),
                source=symbol.text.partition("\n")[0],
            )
        )
    return found


def _handed_on(
    decisions: Sequence[Decision], baseline: Baseline, sources: frozenset[str]
) -> list[Decision]:
    """Pass kept symbols to another spec that needs them, otherwise to the person."""
    others = sorted(
        {e.source for e in baseline.entries.values() if e.source not in sources and not e.deleted}
    )
    made = []
    for decision in decisions:
        entry = decision.entry
        if entry is not None and entry.source in sources and decision.state == "foreign":
            entry = replace(entry, source=others[0]) if others else None
        made.append(replace(decision, entry=entry))
    return made


def _without_symbols(module: Module, rest: _Rest, decisions: Sequence[Decision]) -> _Rest:
    cuts, spacing = place.removals(module, decisions)
    left = []
    for decision in decisions:
        entry = decision.entry
        if entry is None or decision.state != "foreign":
            continue
        own = spacing.get(entry.id)
        left.append(entry if own is None else replace(entry, lead=own.lead, tail=own.tail))
    removed = (*rest.removed, *(d.name for d in decisions if d.state == "remove"))
    return _Rest(edits.apply(module.data, cuts), rest.pairs, (*rest.entries, *left), removed)


def _without_imports(
    rest: _Rest, old: Sequence[BaselineEntry], sources: frozenset[str], here: ModulePlace
) -> _Rest:
    own = {key for entry in old if entry.source in sources for key in entry.imports}
    done = untie(
        rest.data, own - {key for entry in rest.entries for key in entry.imports}, rest.pairs, here
    )
    return replace(rest, data=done.data, pairs=done.pairs)
