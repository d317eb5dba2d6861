"""Finds generated code that people have moved, leaving imports behind: ``find_moved(...)``."""

from __future__ import annotations

from dataclasses import field, replace
from typing import TYPE_CHECKING

from signalgen.dotted import package_of
from signalgen.late import dataclass
from signalgen.merge.policy import RESTORE_ALL
from signalgen.merge.presence import held, loads, registered
from signalgen.values.change import ByHand
from signalgen.values.plan import PlannedReceiver

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from signalgen.values.change import Baseline, BaselineEntry, Merged, Result
    from signalgen.values.plan import AppPlan, Plan
    from signalgen.values.project import Project

    Read = Callable[[str], bytes | None]

_MOVABLE = ("receiver", "test")
_TESTED = ("receiver", "sender", "support", "task")
"""The kinds of symbols with their own tests."""


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """A baseline whose entries have the current paths; ``left`` are the original moved entries.

    ``by_hand`` tells what people did to receivers, sender functions, helpers and tasks.
    """

    baseline: Baseline
    left: Mapping[str, BaselineEntry] = field(default_factory=dict)
    by_hand: ByHand = field(default_factory=ByHand)

    def of_file(self, path: str) -> Baseline:
        """Return the baseline for the file at ``path``, including entries that were moved away."""
        gone = {key: entry for key, entry in self.left.items() if entry.path == path}
        return (
            replace(self.baseline, entries={**self.baseline.entries, **gone})
            if gone
            else self.baseline
        )

    def renamed(self, ids: Mapping[str, str]) -> Whereabouts:
        """Return the same with the new ``ids`` of entries, by their old ones."""

        def moved(entries: Mapping[str, BaselineEntry]) -> dict[str, BaselineEntry]:
            return {
                ids.get(key, key): replace(entry, id=ids.get(entry.id, entry.id))
                for key, entry in entries.items()
            }

        by_hand = ByHand(
            {ids.get(key, key): name for key, name in self.by_hand.renamed.items()},
            frozenset(ids.get(key, key) for key in self.by_hand.gone),
        )
        return Whereabouts(
            replace(self.baseline, entries=moved(self.baseline.entries)), moved(self.left), by_hand
        )


def find_moved(
    project: Project, baseline: Baseline, read: Read, restore: frozenset[str] = frozenset()
) -> Whereabouts:
    """Look for moved receivers and tests in the other modules of their app.

    A receiver is known by its dispatch_uid, edited or not; anything else only by its exact text.
    ``read`` returns the bytes of files of ``project``, ``restore`` is the policy's setting.
    """
    entries = {
        key: entry
        for key, entry in baseline.entries.items()
        if entry.kind in (*_MOVABLE, *_TESTED) and not entry.deleted
    }
    missing, names = dict(entries), dict[str, str]()
    for path in {entry.path for entry in entries.values()}:
        there = held(read(path) or b"", [e for e in entries.values() if e.path == path])
        missing = {key: e for key, e in missing.items() if e.path != path or e.id not in there}
        names.update(there)
    movable = {key: entry for key, entry in missing.items() if entry.kind in _MOVABLE}
    moved: dict[str, BaselineEntry] = {}
    for path in _modules_of(project, baseline.app) if movable else ():
        there = held(
            read(path) or b"", [e for e in movable.values() if e.path != path], strictly=True
        )
        names.update(there)
        for key in [
            key for key, entry in movable.items() if entry.id in there and entry.path != path
        ]:
            moved[key] = replace(movable.pop(key), path=path, imports=(), lead="", tail="")
    by_hand = _by_hand(baseline, names, restore)
    left = {key: entries[key] for key in moved}
    return Whereabouts(replace(baseline, entries={**baseline.entries, **moved}), left, by_hand)


def _by_hand(baseline: Baseline, names: Mapping[str, str], restore: frozenset[str]) -> ByHand:
    entries = [entry for entry in baseline.entries.values() if entry.kind in _TESTED]
    gone = (
        entry.id
        for entry in entries
        if entry.id not in names and not restore & {entry.id, entry.name, RESTORE_ALL}
    )
    renamed = {e.id: names[e.id] for e in entries if names.get(e.id, e.name) != e.name}
    return ByHand(renamed, frozenset(gone))


def _modules_of(project: Project, app: str) -> Iterator[str]:
    found = project.app(app)
    if found is not None:
        inside = f"{found.path}/"
        yield from sorted(path for path in project.modules.values() if path.startswith(inside))


def settled_names(
    plan: Plan, known: Mapping[str, Whereabouts], results: Sequence[Result]
) -> dict[str, dict[str, str]]:
    """Return, by app and id, the receiver names after the merge that differ from ``plan``.

    A run that stops returns none.
    """
    if any(result.clashes or result.problems for result in results):
        return {}
    after = {file.path: file.after or b"" for result in results for file in result.files}
    apps = [app for app in plan.apps if app.app in known]
    found = {app.app: _unexpected(app, known[app.app], after) for app in apps}
    return {name: names for name, names in found.items() if names}


def _unexpected(plan: AppPlan, known: Whereabouts, after: Mapping[str, bytes]) -> dict[str, str]:
    # Only a rename in the spec or by hand leaves a doubt.
    entries, renamed = known.baseline.entries, known.by_hand.renamed
    found: dict[str, str] = {}
    for item in plan.items:
        entry = entries.get(item.id) if isinstance(item, PlannedReceiver) else None
        if entry is None or not isinstance(item, PlannedReceiver):
            continue
        expected = renamed.get(item.id, item.name) if entry.name == item.name else item.name
        if expected == entry.name:
            continue
        uids = [connection.dispatch_uid for connection in item.connections]
        names = registered(after.get(entry.path, b""), uids)
        if len(names) == 1 and names != {expected}:
            found[item.id] = names.pop()
    return found


def live_receivers(baseline: Baseline, merged: Sequence[Merged]) -> frozenset[str]:
    """Return the files with generated receivers of any spec at this point of the run.

    Adopted receivers are loaded without signalgen's help.
    """
    done = {part.path for part in merged}
    entries = [entry for part in merged for entry in part.entries]
    entries += [entry for entry in baseline.entries.values() if entry.path not in done]
    return frozenset(
        entry.path
        for entry in entries
        if entry.kind == "receiver" and not entry.deleted and not entry.adopted
    )


def keeps_receivers(baseline: Baseline, merged: Sequence[Merged]) -> bool:
    """Return whether edited receivers stay with the person, who needs them to be loaded."""
    receivers = {entry.path for entry in baseline.entries.values() if entry.kind == "receiver"}
    return any(part.kept for part in merged if part.path in receivers)


def stale_hooks(
    project: Project, baseline: Baseline, path: str, live: frozenset[str]
) -> frozenset[str]:
    """Return the modules that ``ready()`` in ``path`` loads for receivers that are gone."""
    hooks = [
        entry for entry in baseline.entries.values() if entry.kind == "hook" and entry.path == path
    ]
    modules = {entry.id.partition(":")[2].partition("@")[0] for entry in hooks}
    return frozenset(module for module in modules if project.modules.get(module) not in live)


def spare_needed(
    project: Project, merged: Sequence[Merged], wanted: Collection[str], read: Read
) -> list[Merged]:
    """Return ``merged``, with emptied files kept if ``wanted`` or still imported."""
    if not any(part.emptied for part in merged):
        return list(merged)
    now = {part.path: part.before if part.after is None else part.after for part in merged}
    names = {path: name for name, path in project.modules.items()}
    doubtful = [part.path for part in merged if part.emptied and part.path not in wanted]
    spared = {*wanted, *(path for path in doubtful if _is_imported(path, names, now, read))}
    return [replace(part, emptied=part.emptied and part.path not in spared) for part in merged]


def _is_imported(
    path: str, names: Mapping[str, str], now: Mapping[str, bytes | None], read: Read
) -> bool:
    module = names.get(path, "")
    # A cheap test before parsing: an import must contain the module's last name.
    word = module.rpartition(".")[2].encode("utf-8", "surrogateescape")
    for other, name in names.items():
        data = now[other] if other in now else read(other)
        if other == path or not data or word not in data:
            continue
        package = package_of(name, other)
        if loads(data, package, module):
            return True
    return False
