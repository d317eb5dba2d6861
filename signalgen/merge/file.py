"""Merges one file: its text, fragments and the baseline -> new text, by ``merge_file(...)``."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from signalgen.errors import Problem
from signalgen.late import dataclass
from signalgen.merge import edits, place, result, undo
from signalgen.merge.decide import Decision, decide
from signalgen.merge.edits import Edit
from signalgen.merge.head import read_head
from signalgen.merge.hooks import plan_hook
from signalgen.merge.imports import ImportPlan, plan_imports
from signalgen.merge.layout import Laid, lay
from signalgen.merge.modules import ModulePlace, place_of
from signalgen.merge.symbols import read_index
from signalgen.merge.unhook import HOOK, is_ours_alone, unhook
from signalgen.merge.untie import as_key, settled, untie
from signalgen.merge.usage import keep_hooked, keep_used
from signalgen.merge.words import follow
from signalgen.source import parse
from signalgen.values.change import Baseline, BaselineEntry, Clash, Merged
from signalgen.values.fragment import Fragment, ImportNeed, ReadyHook

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from signalgen.merge.policy import Policy
    from signalgen.values.project import Style
    from signalgen.values.source import Module

_LIVE = ("add", "same", "update")


@dataclass(frozen=True, slots=True)
class _Step:
    """A file between two stages of its merge, with its baseline entries so far."""

    data: bytes
    entries: tuple[BaselineEntry, ...]
    pairs: tuple[undo.Pair, ...]
    added: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()


def merge_file(
    path: str,
    before: bytes | None,
    *,
    header: str,
    fragments: Sequence[Fragment],
    hooks: Sequence[ReadyHook],
    baseline: Baseline,
    style: Style,
    sources: frozenset[str],
    first_party: frozenset[str],
    policy: Policy,
    package: str | None = None,
    stale: frozenset[str] = frozenset(),
) -> Merged:
    """Merge ``fragments`` and ``hooks`` into the file at ``path`` (``before`` None: no such file).

    ``header`` opens a new file. ``sources`` are the specs of this run: only their symbols may leave
    the file. ``first_party`` are the project's top-level packages, ``package`` the file's package
    (None: guessed from ``path``). ``stale`` are modules that no longer hold receivers: their
    earlier hooks are removed unless they were edited. ``entries`` and ``undo`` of the result
    replace everything in the baseline for this path; ``emptied``: nothing is left of a file that
    signalgen created. Refusals are ``problems`` (``path`` is the fragment's id), conflicts are
    ``clashes``; with either, ``after`` is None.
    """
    here = place_of(path, package, first_party, style)
    old = tuple(entry for entry in baseline.entries.values() if entry.path == path)
    pairs = tuple(baseline.undo.get(path, ()))
    refused = Merged(path, before, None, entries=old, undo=pairs)
    module = parse(header.encode() if before is None else before)
    if wrong := _obstacles(path, module, fragments, old):
        return replace(refused, problems=wrong)
    start, notes = module.data, result.partly(path, module)
    old, pairs = follow(module, {item.id: item.text for item in fragments}, old, pairs)
    module, pairs, old, unhooked = _without_hooks(path, module, pairs, old, stale, here)
    hooked = {hook.class_name for hook in hooks} | _hooked_before(old)
    decided = partial(_decided, path, fragments, sources, policy, hooked)
    first, decisions, shorter = _decide_twice(module, old, decided)
    plan = _imports(shorter, path, decisions, here, style)
    stopped = _what_stops(first, decisions, plan)
    if any(stopped):
        return replace(refused, clashes=stopped[0], problems=stopped[1])
    opened = before is None and header and any(d.state == "add" for d in decisions)
    pairs = (*pairs, ("", header)) if opened else pairs
    step = _put_in(shorter, decisions, plan, old, pairs, here, style)
    step = _hook(_take_back(step, old, here), path, hooks, here, style)
    done = _finish(path, before, start, step, [*decisions, *_gone(first)], refused)
    ours = is_ours_alone(path, step.data, step.pairs, step.entries, baseline)
    removed, notes = (*done.removed, *unhooked), (*notes, *step.notes)
    return replace(done, removed=removed, emptied=ours and not done.problems, notes=notes)


def _decided(
    path: str,
    fragments: Sequence[Fragment],
    sources: frozenset[str],
    policy: Policy,
    hooked: set[str],
    module: Module,
    symbols: Sequence[BaselineEntry],
) -> list[Decision]:
    # Code that a hook or the rest of the file still needs is kept.
    made = decide(read_index(module), path, fragments, symbols, sources, policy)
    return keep_used(module, keep_hooked(made, hooked))


def _decide_twice(
    module: Module,
    old: tuple[BaselineEntry, ...],
    decided: Callable[[Module, Sequence[BaselineEntry]], list[Decision]],
) -> tuple[list[Decision], list[Decision], Module]:
    """Return the decisions before and after removals, and the file after removals."""
    symbols = tuple(entry for entry in old if entry.kind != HOOK)
    first = decided(module, symbols)
    shorter, left = _take_out(module, symbols, first)
    return first, first if shorter is module else decided(shorter, left), shorter


def _without_hooks(
    path: str,
    module: Module,
    pairs: tuple[undo.Pair, ...],
    old: tuple[BaselineEntry, ...],
    stale: frozenset[str],
    here: ModulePlace,
) -> tuple[Module, tuple[undo.Pair, ...], tuple[BaselineEntry, ...], tuple[str, ...]]:
    """Remove the hooks of ``stale`` modules; return file, undo pairs, entries and removed names."""
    hooks = (entry for entry in old if entry.kind == HOOK)
    going = tuple(entry for entry in hooks if entry.id.partition(":")[2] in stale)
    if not going:
        return module, pairs, old, ()
    done = unhook(path, module.data, pairs, going, here)
    rest = tuple(entry for entry in old if entry not in going)
    return parse(done.data), done.pairs, (*done.entries, *rest), done.removed


def _hooked_before(entries: Sequence[BaselineEntry]) -> set[str]:
    return {entry.name.removesuffix(".ready") for entry in entries if entry.kind == HOOK}


def _gone(decisions: Sequence[Decision]) -> list[Decision]:
    return [decision for decision in decisions if decision.state == "remove"]


def _take_out(
    module: Module, entries: tuple[BaselineEntry, ...], decisions: Sequence[Decision]
) -> tuple[Module, tuple[BaselineEntry, ...]]:
    gone = {decision.entry.id for decision in _gone(decisions) if decision.entry is not None}
    if not gone:
        return module, entries
    cuts, spacing = place.removals(module, decisions)
    left = []
    for entry in entries:
        own = spacing.get(entry.id, place.Spacing(entry.lead, entry.tail))
        if entry.id not in gone:
            left.append(replace(entry, lead=own.lead, tail=own.tail))
    rest = result.closed(edits.apply(module.data, cuts), module.newline)
    return parse(rest), tuple(left)


def _what_stops(
    first: Sequence[Decision], decisions: Sequence[Decision], plan: ImportPlan
) -> tuple[tuple[Clash, ...], tuple[Problem, ...]]:
    # Problems keep the line numbers of the file on disk, hence the first decisions.
    stopped = {decision.name for decision in decisions if decision.state == "clash"}
    found = [decision for decision in first if decision.name in stopped]
    clashes = tuple(d.clash for d in found if d.clash is not None)
    return clashes, (*(d.problem for d in found if d.problem is not None), *plan.problems)


def _obstacles(
    path: str, module: Module, fragments: Sequence[Fragment], old: Sequence[BaselineEntry]
) -> tuple[Problem, ...]:
    error = result.undecided(path, module)
    error = error or result.unreadable(path, module, result.names_of([*fragments, *old]))
    if error is not None:
        return (error,)
    found = []
    seen: dict[str, Fragment] = {}
    for fragment in fragments:
        what = f"the {fragment.kind} {fragment.name}"
        problem = result.unencodable(path, module, fragment.text, what)
        if problem is not None:
            found.append(problem)
        for key in (fragment.id, f"name {fragment.name}"):
            if key in seen and seen[key] is not fragment:
                message = (
                    f"{what} and the {seen[key].kind} {seen[key].name} have the same id or name"
                )
                hint = "give one of them another id"
                found.append(Problem(path, 0, 0, fragment.id, "duplicate-id", message, hint))
                break
            seen[key] = fragment
    return tuple(found)


def _imports(
    module: Module, path: str, decisions: Sequence[Decision], here: ModulePlace, style: Style
) -> ImportPlan:
    live = [d.fragment for d in decisions if d.state in _LIVE and d.fragment is not None]
    if not live:
        return ImportPlan()
    needs = [need for decision in decisions for need in _needs(decision)]
    plan = plan_imports(module, path, needs, read_head(module, here, style), here, style)
    owners = [next((f.id for f in live if need in f.imports), "") for need in plan.refused]
    named = zip(plan.problems, owners, strict=True)
    return replace(plan, problems=tuple(replace(problem, path=owner) for problem, owner in named))


def _needs(decision: Decision) -> Sequence[ImportNeed]:
    """Return the imports that a live symbol needs; for an edited one also those its text reads."""
    fragment = decision.fragment
    if fragment is None or decision.state not in _LIVE:
        return ()
    if decision.state != "update" or decision.text == fragment.text:
        return fragment.imports
    words = result.words_of(decision.text)
    return [need for need in fragment.imports if need.bound in words]


def _put_in(
    module: Module,
    decisions: Sequence[Decision],
    plan: ImportPlan,
    old: Sequence[BaselineEntry],
    pairs: tuple[undo.Pair, ...],
    here: ModulePlace,
    style: Style,
) -> _Step:
    head = read_head(module, here, style)
    laid = lay(
        module, here, [*plan.pieces, *place.pieces(module, head, decisions)], spaced=head.spaced
    )
    spacing = place.new_spacing(
        module, [item for item in laid if item.piece.rank[0] != 0], decisions
    )
    inserts = [
        Edit(
            item.piece.offset,
            item.piece.offset,
            edits.encode(module, item.lead + item.piece.text + item.tail),
        )
        for item in laid
    ]
    changes = [*plan.joins, *inserts, *place.replacements(module, decisions)]
    pairs = undo.add_chunks(module, pairs, _chunks(module, laid))
    for before, after in plan.pairs:
        pairs = undo.replace_lines(pairs, before, after)
    # An app may later spell its imports otherwise; the added ones are still the same.
    spelled = [*map(as_key, plan.added), *(key for entry in old for key in entry.imports)]
    added = {settled(key, here): key for key in spelled}
    hooks = tuple(entry for entry in old if entry.kind == HOOK)
    entries = tuple(
        _entry(d, spacing, added, here)
        for d in decisions
        if d.entry is not None and d.state != "remove"
    )
    return _Step(edits.apply(module.data, changes), hooks + entries, pairs)


def _chunks(module: Module, laid: Sequence[Laid]) -> list[tuple[int, str]]:
    """Return the import lines that are inserted together, with their empty lines."""
    found: dict[int, str] = {}
    for index, item in enumerate(laid):
        if item.piece.kind not in ("import", "block"):
            continue
        last = index + 1 == len(laid) or laid[index + 1].piece.offset != item.piece.offset
        text = item.lead + item.piece.text + (item.tail if last else "")
        found[item.piece.offset] = found.get(item.piece.offset, "") + text
    return [
        (offset, edits.encode(module, text).decode(module.encoding))
        for offset, text in found.items()
    ]


def _entry(
    decision: Decision, spacing: dict[str, place.Spacing], added: dict[str, str], here: ModulePlace
) -> BaselineEntry:
    entry = decision.entry
    if entry is None:
        raise ValueError("a decision without an entry has nothing for the baseline")
    if (own := spacing.get(entry.id)) is not None:
        entry = replace(entry, lead=own.lead, tail=own.tail)
    if decision.state in _LIVE and decision.fragment is not None:
        # A kept symbol keeps its imports; only those that signalgen added may be removed later.
        needs = _with_typing(decision.fragment.imports)
        keys = {settled(as_key(need), here) for need in needs} & added.keys()
        entry = replace(entry, imports=tuple(sorted(added[key] for key in keys)))
    return entry


def _with_typing(needs: Sequence[ImportNeed]) -> list[ImportNeed]:
    extra = (
        [ImportNeed("typing", "TYPE_CHECKING")] if any(need.type_checking for need in needs) else []
    )
    return [*needs, *extra]


def _take_back(step: _Step, old: Sequence[BaselineEntry], here: ModulePlace) -> _Step:
    before = {key for entry in old for key in entry.imports}
    useless = before - {key for entry in step.entries for key in entry.imports}
    if not useless:
        return step
    done = untie(step.data, useless, step.pairs, here)
    return replace(step, data=done.data, pairs=done.pairs)


def _hook(
    step: _Step, path: str, hooks: Sequence[ReadyHook], here: ModulePlace, style: Style
) -> _Step:
    for hook in hooks:
        # Offsets move with each hook, so the file is parsed again for every one.
        module = parse(step.data)
        own = replace(
            here, suffixes=(hook.package, *(s for s in here.suffixes if s != hook.package))
        )
        done = plan_hook(module, path, hook, own, style)
        if done.problem is not None:
            step = replace(step, problems=(*step.problems, done.problem))
        if done.note is not None:
            step = replace(step, notes=(*step.notes, done.note))
        if done.edit is None:
            continue
        entry = BaselineEntry(
            f"{HOOK if hook.class_name else 'load'}:{hook.module}",
            path,
            HOOK,
            hook.name,
            done.pair[1],
            hook.source,
            imports=done.imports,
        )
        pairs = (
            undo.replace_lines(step.pairs, *done.pair) if done.pair[0] else (*step.pairs, done.pair)
        )
        others = tuple(e for e in step.entries if e.id != entry.id)
        step = _Step(
            edits.apply(step.data, [done.edit]),
            (*others, entry),
            pairs,
            (*step.added, entry.name),
            step.problems,
            step.notes,
        )
    return step


def _finish(
    path: str,
    before: bytes | None,
    start: bytes,
    step: _Step,
    decisions: Sequence[Decision],
    refused: Merged,
) -> Merged:
    if step.problems:
        return replace(refused, problems=step.problems)
    changed = step.data != start
    if changed and (problem := result.broken(path, start, step.data)) is not None:
        return replace(refused, problems=(problem,))

    def names(*states: str) -> tuple[str, ...]:
        return tuple(d.name for d in decisions if d.state in states)

    return Merged(
        path=path,
        before=before,
        after=step.data if changed else None,
        added=(*names("add"), *step.added),
        updated=names("update"),
        kept=names("keep"),
        removed=names("remove"),
        orphans=tuple(d.name for d in decisions if d.state == "orphan" and not d.needed),
        needed=tuple((d.name, d.needed) for d in decisions if _stays_for_another(d)),
        deleted=tuple(d.name for d in decisions if d.state == "gone" and d.fragment is not None),
        entries=step.entries,
        undo=undo.compact(step.pairs),
    )


def _stays_for_another(decision: Decision) -> bool:
    # A test that stays with its handler is not reported.
    entry = decision.entry
    return (
        decision.state == "orphan"
        and entry is not None
        and entry.kind != "test"
        and bool(decision.needed)
    )
