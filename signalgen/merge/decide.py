"""Decides per symbol, three-way between baseline, file and spec: ``decide(...)`` is the entry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from signalgen import canon
from signalgen.errors import Problem
from signalgen.late import dataclass
from signalgen.merge.policy import RESTORE_ALL
from signalgen.merge.settling import settled
from signalgen.merge.symbols import Symbol, SymbolTable, bound, locate, symbol_at, uids_of
from signalgen.values.change import BaselineEntry, Clash
from signalgen.values.source import Span

if TYPE_CHECKING:
    from signalgen.merge.policy import Policy
    from signalgen.values.fragment import Fragment

State = Literal[
    "add", "same", "update", "keep", "remove", "orphan", "gone", "clash", "skip", "foreign"
]
Uids = Mapping[str, Sequence[tuple[str, Span]]]


@dataclass(frozen=True, slots=True)
class Decision:
    """What happens to one symbol.

    ``text`` is the new text in the file for ``add`` and ``update``; ``entry`` is the new entry in
    the baseline, None for none. ``gone``: a person deleted it. ``skip``: support that the file
    already has. ``foreign``: it belongs to another spec. ``needed`` names the code that needs an
    unedited ``orphan``, "" for an edited one.
    """

    state: State
    name: str
    fragment: Fragment | None = None
    symbol: Symbol | None = None
    entry: BaselineEntry | None = None
    text: str = ""
    clash: Clash | None = None
    problem: Problem | None = None
    needed: str = ""


def decide(
    index: SymbolTable,
    path: str,
    fragments: Sequence[Fragment],
    entries: Sequence[BaselineEntry],
    sources: frozenset[str],
    policy: Policy,
) -> list[Decision]:
    """Return a decision for each fragment, in order, then one for each entry without a fragment."""
    texts = [*(entry.text for entry in entries), *(fragment.text for fragment in fragments)]
    uids = index.uids() if any("dispatch_uid" in text for text in texts) else {}
    entries = _renamed_ids(fragments, entries, sources)
    by_id = {entry.id: entry for entry in entries}
    own = {entry.id: locate(index, entry, uids) for entry in entries if not entry.deleted}
    made = [_for_fragment(index, path, f, by_id.get(f.id), own, uids, policy) for f in fragments]
    wanted = {fragment.id for fragment in fragments}
    left = (entry for entry in entries if entry.id not in wanted)
    return made + [_for_entry(entry, own.get(entry.id), sources, policy) for entry in left]


def _renamed_ids(
    fragments: Sequence[Fragment], entries: Sequence[BaselineEntry], sources: frozenset[str]
) -> Sequence[BaselineEntry]:
    """Let a fragment with a new id take over the entry with its name if the old id is gone."""
    wanted = {fragment.id for fragment in fragments}
    known = {entry.id for entry in entries}
    new = {(str(f.kind), f.name): f.id for f in fragments if f.id not in known}
    found = []
    for entry in entries:
        if entry.id not in wanted and entry.source in sources:
            found.append(replace(entry, id=new.pop((entry.kind, entry.name), entry.id)))
        else:
            found.append(entry)
    return found


def _for_entry(
    entry: BaselineEntry, symbol: Symbol | None, sources: frozenset[str], policy: Policy
) -> Decision:
    if entry.source not in sources:
        return Decision("foreign", entry.name, symbol=symbol, entry=entry)
    if symbol is None:
        return Decision("gone", entry.name)
    if canon.same(symbol.text, entry.text):
        if by := policy.spared.get(entry.id, ""):
            # Support that stays for others remains recorded, and is removed with them.
            state: State = "foreign" if entry.kind == "support" else "orphan"
            return Decision(state, entry.name, symbol=symbol, entry=entry, needed=by)
        return Decision("remove", entry.name, symbol=symbol, entry=entry)
    return Decision("orphan", symbol.name, symbol=symbol, entry=entry)


def _for_fragment(
    index: SymbolTable,
    path: str,
    fragment: Fragment,
    entry: BaselineEntry | None,
    own: Mapping[str, Symbol | None],
    uids: Uids,
    policy: Policy,
) -> Decision:
    symbol = own.get(fragment.id)
    if entry is not None and symbol is not None:
        return _three_way(index, path, fragment, entry, symbol, own, policy)
    if entry is not None and not policy.restore & {
        entry.id,
        entry.name,
        fragment.name,
        RESTORE_ALL,
    }:
        return Decision("gone", fragment.name, fragment, entry=replace(entry, deleted=True))
    return _new(index, path, fragment, own, uids, policy)


def _new(
    index: SymbolTable,
    path: str,
    fragment: Fragment,
    own: Mapping[str, Symbol | None],
    uids: Uids,
    policy: Policy,
) -> Decision:
    fresh = _entry_of(fragment)
    holder = _holder(index, fragment, uids)
    if holder is None:
        return Decision("add", fragment.name, fragment, entry=fresh, text=fragment.text)
    name, span, by_uid = holder
    if fragment.kind == "support":
        return Decision("skip", fragment.name, fragment)
    symbol = symbol_at(index.module, name, span, fragment.text)
    if any(other is not None and other.start == symbol.start for other in own.values()):
        return _taken(path, fragment, symbol, span, by_uid=by_uid, equal=False)
    there = fragment.id in policy.there
    equal = canon.same(symbol.text, fragment.text)
    if policy.adopt and (equal or by_uid or there):
        state: State = "same" if equal else "keep"
        return Decision(state, name, fragment, symbol, replace(fresh, adopted=True))
    return _taken(path, fragment, symbol, span, by_uid=by_uid, equal=equal, there=there)


def _holder(index: SymbolTable, fragment: Fragment, uids: Uids) -> tuple[str, Span, bool] | None:
    """Return the symbol that blocks a new one: name, place, and whether it has the same uid."""
    named = index.names.get(fragment.name, ())
    for uid in uids_of(fragment.text):
        for name, span in uids.get(uid, ()):
            return name, span, True
    if named:
        return fragment.name, named[0], False
    imported = index.imported.get(fragment.name)
    return (fragment.name, imported, False) if imported is not None else None


def _taken(
    path: str,
    fragment: Fragment,
    symbol: Symbol,
    span: Span,
    *,
    by_uid: bool,
    equal: bool,
    there: bool = False,
) -> Decision:
    where = f"{path}:{span.line}"
    known, adopt = (
        f"{symbol.name!r} in {where} is already",
        "run again with --adopt to take it over",
    )
    if equal:
        name = f"{fragment.name!r} is already in {where}, word for word"
        message = f"{name}, but signalgen has no record of it"
        hint = f"{adopt}, or give the handler another name"
    elif by_uid:
        message = f"{known} registered under the dispatch_uid of {fragment.name!r}"
        hint = f"{adopt}, or give the handler another id"
    elif there:
        message = f"{known} a receiver of the same signals, and signalgen has no record of it"
        hint = f"{adopt} as it is, or give the handler another name"
    else:
        message = f"the name {fragment.name!r} is already taken in {where}"
        hint = f"{_other_name(fragment)}, or rename what is there"
    source = symbol.text.split("\n", 1)[0]
    problem = Problem(
        path, span.line, span.column, fragment.id, "name-taken", message, hint, source
    )
    return Decision("clash", fragment.name, fragment, problem=problem)


def _other_name(fragment: Fragment) -> str:
    # Senders and tests are named after what they are for, so they cannot be renamed alone.
    if fragment.kind in ("receiver", "signal", "task"):
        return (
            f"give the {fragment.kind} another name in the spec, "
            f"such as name: {fragment.name}_{fragment.kind}"
        )
    return "give what it is for another name in the spec"


def _entry_of(fragment: Fragment, old: BaselineEntry | None = None) -> BaselineEntry:
    if old is None:
        return BaselineEntry(
            fragment.id, fragment.path, fragment.kind, fragment.name, fragment.text, fragment.source
        )
    return replace(
        old,
        path=fragment.path,
        kind=fragment.kind,
        name=fragment.name,
        text=fragment.text,
        source=fragment.source,
        deleted=False,
    )


def _three_way(
    index: SymbolTable,
    path: str,
    fragment: Fragment,
    entry: BaselineEntry,
    symbol: Symbol,
    own: Mapping[str, Symbol | None],
    policy: Policy,
) -> Decision:
    source = entry.source if fragment.kind == "support" else fragment.source
    edited = not canon.same(symbol.text, entry.text)
    # The spec has not changed: the person's changes to the symbol stay.
    if canon.same(fragment.text, entry.text):
        state: State = "keep" if edited else "same"
        kept = replace(entry, source=source, name=_name_to_find(fragment, symbol, symbol.text))
        return Decision(state, symbol.name, fragment, symbol, kept)
    fresh = replace(_entry_of(fragment, entry), source=source)
    # Both sides made the same change.
    if edited and canon.same(symbol.text, fragment.text):
        return Decision("same", symbol.name, fragment, symbol, fresh)
    if fragment.name not in (symbol.name, entry.name):
        others = [span for span in index.names.get(fragment.name, ()) if not _is_own(span, own)]
        if others or fragment.name in index.imported:
            span = others[0] if others else index.imported[fragment.name]
            there = symbol_at(index.module, fragment.name, span, "")
            return _taken(path, fragment, there, span, by_uid=False, equal=False)
    if not edited and entry.id not in policy.spared:
        return Decision("update", fragment.name, fragment, symbol, fresh, fragment.text)
    return _both_changed(path, fragment, entry, symbol, fresh, policy)


def _name_to_find(fragment: Fragment, symbol: Symbol, text: str) -> str:
    """Return the name by which the next run finds ``text``; only a receiver also has its uid."""
    known = bound(text) == fragment.name or {*uids_of(text)} & {*uids_of(fragment.text)}
    return fragment.name if known else symbol.name


def _is_own(span: Span, own: Mapping[str, Symbol | None]) -> bool:
    return any(
        other is not None and other.start <= span.start < other.end for other in own.values()
    )


def _both_changed(
    path: str,
    fragment: Fragment,
    entry: BaselineEntry,
    symbol: Symbol,
    fresh: BaselineEntry,
    policy: Policy,
) -> Decision:
    # Only the generator writes other tests: tests that people have taken over stay.
    upgrade = fragment.kind == "test" and fragment.source not in policy.changed
    choice = "keep" if upgrade and policy.conflict == "stop" else policy.conflict
    text = settled(entry.text, symbol.text, fragment.text, choice, whole=entry.id in policy.spared)
    if text is None:
        clash = Clash(
            entry.id,
            symbol.name,
            path,
            symbol.line,
            symbol.column,
            entry.text,
            symbol.text,
            fragment.text,
        )
        return Decision("clash", symbol.name, fragment, symbol, entry, clash=clash)
    there = replace(fresh, name=_name_to_find(fragment, symbol, text))
    if text == symbol.text:
        return Decision("keep", symbol.name, fragment, symbol, there)
    name = fragment.name if text == fragment.text else symbol.name
    return Decision("update", name, fragment, symbol, there, text)
