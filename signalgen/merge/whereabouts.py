"""Where generated code lies by now: people move it between modules, and what it was imported by stays behind."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from signalgen.dotted import package_of
from signalgen.merge.presence import held, loads

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from signalgen.values.change import Baseline, BaselineEntry, Merged
    from signalgen.values.project import Project

    Read = Callable[[str], bytes | None]

_MOVABLE = ("receiver", "test")


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """A baseline whose entries lie where the code lies now. ``left`` are the entries, as they were, of what was moved away."""

    baseline: Baseline
    left: Mapping[str, BaselineEntry] = field(default_factory=dict)

    def of_file(self, path: str) -> Baseline:
        """Return the baseline as the file at ``path`` must see it: with what has been moved away from it."""
        gone = {key: entry for key, entry in self.left.items() if entry.path == path}
        return (
            replace(self.baseline, entries={**self.baseline.entries, **gone})
            if gone
            else self.baseline
        )


def find_moved(project: Project, baseline: Baseline, read: Read) -> Whereabouts:
    """Look for receivers and tests that are not where they were generated in the other modules of their app.

    A receiver is known by its dispatch_uid, edited or not; anything else only word for word. ``read``
    gives the files of ``project``.
    """
    entries = {
        key: entry
        for key, entry in baseline.entries.items()
        if entry.kind in _MOVABLE and not entry.deleted
    }
    missing = dict(entries)
    for path in {entry.path for entry in entries.values()}:
        there = held(read(path) or b"", [e for e in entries.values() if e.path == path])
        missing = {key: e for key, e in missing.items() if e.path != path or e.id not in there}
    moved: dict[str, BaselineEntry] = {}
    for path in _modules_of(project, baseline.app) if missing else ():
        there = held(
            read(path) or b"", [e for e in missing.values() if e.path != path], strictly=True
        )
        for key in [
            key for key, entry in missing.items() if entry.id in there and entry.path != path
        ]:
            moved[key] = replace(missing.pop(key), path=path, imports=(), lead="", tail="")
    if not moved:
        return Whereabouts(baseline)
    left = {key: entries[key] for key in moved}
    return Whereabouts(replace(baseline, entries={**baseline.entries, **moved}), left)


def _modules_of(project: Project, app: str) -> Iterator[str]:
    found = project.app(app)
    if found is not None:
        inside = f"{found.path}/"
        yield from sorted(path for path in project.modules.values() if path.startswith(inside))


def live_receivers(baseline: Baseline, merged: Sequence[Merged]) -> frozenset[str]:
    """Return the files in which generated receivers stand, of whatever spec, as far as this run has come."""
    done = {part.path for part in merged}
    entries = [entry for part in merged for entry in part.entries]
    entries += [entry for entry in baseline.entries.values() if entry.path not in done]
    return frozenset(
        entry.path for entry in entries if entry.kind == "receiver" and not entry.deleted
    )


def stale_hooks(
    project: Project, baseline: Baseline, path: str, live: frozenset[str]
) -> frozenset[str]:
    """Return the modules that ``ready()`` in the file at ``path`` loads for receivers that are not there any more."""
    hooks = [
        entry for entry in baseline.entries.values() if entry.kind == "hook" and entry.path == path
    ]
    modules = {entry.id.partition(":")[2].partition("@")[0] for entry in hooks}
    return frozenset(module for module in modules if project.modules.get(module) not in live)


def spare_needed(
    project: Project, merged: Sequence[Merged], wanted: Collection[str], read: Read
) -> list[Merged]:
    """Return ``merged``, in which a file that came out empty stays when it is ``wanted`` or a module still imports it."""
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
    word = module.rpartition(".")[2].encode()
    for other, name in names.items():
        data = now[other] if other in now else read(other)
        if other == path or not data or word not in data:
            continue
        package = package_of(name, other)
        if loads(data, package, module):
            return True
    return False
