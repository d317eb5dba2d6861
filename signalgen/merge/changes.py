"""Merged files -> the changes to one app with its new baseline: ``combine(...)`` is the entry."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from signalgen.canon import same
from signalgen.errors import Problem
from signalgen.merge.baseline import baseline_path, encode
from signalgen.values.change import Baseline, FileChange, Fresh, Merged, Result

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from signalgen.values.fragment import Fragment
    from signalgen.values.spec import Mark, Spec


_TOLD = ("signal", "receiver", "sender", "task")
"""The kinds that a spec names itself; tests and support follow from them."""
_SHOWN = 3
"""How many names a note lists."""


def combine(
    root: str, baseline: Baseline, merged: Sequence[Merged], read: Callable[[str], bytes | None]
) -> Result:
    """Return the changes to one app and its baseline; ``read`` returns files of the project."""
    files = [_change(part, frozenset(baseline.created)) for part in merged]
    clashes = tuple(clash for part in merged for clash in part.clashes)
    problems = tuple(problem for part in merged for problem in part.problems)
    notes = tuple(note for part in merged for note in _notes(part))
    if not clashes and not problems:
        files.extend(_baseline_changes(baseline, merged, read))
    return Result(root, tuple(files), clashes, problems, notes)


def changed_sources(fragments: Iterable[Fragment], baseline: Baseline) -> frozenset[str]:
    """Return the specs with new, changed or removed symbols since the last run, tests aside."""
    was = {key: entry for key, entry in baseline.entries.items() if entry.kind in _TOLD}
    now = {one.id: one for one in fragments if one.kind in _TOLD}
    other = {
        one.source
        for key, one in now.items()
        if key not in was or not same(one.text, was[key].text)
    }
    return frozenset(other | {entry.source for key, entry in was.items() if key not in now})


def fresh(
    fragments: Sequence[Fragment], merged: Sequence[Merged], baseline: Baseline
) -> list[Fresh]:
    """Return the symbols that a run adds or changes, without tests."""
    written = {
        (part.path, name)
        for part in merged
        if part.after is not None
        for name in (*part.added, *part.updated)
    }
    last = {key: entry.text for key, entry in baseline.entries.items()}
    return [
        Fresh(fragment, last.get(fragment.id, ""))
        for fragment in fragments
        if (fragment.path, fragment.name) in written and fragment.kind != "test"
    ]


def in_specs(result: Result, marks: Mapping[str, Mark], specs: Sequence[Spec]) -> Result:
    """Return ``result`` with each problem moved to its place in a spec (``marks``, by id)."""
    return replace(
        result, problems=tuple(_in_spec(problem, marks, specs) for problem in result.problems)
    )


def _in_spec(problem: Problem, marks: Mapping[str, Mark], specs: Sequence[Spec]) -> Problem:
    mark = marks.get(problem.path)
    if mark is None:
        return replace(problem, path="")
    source = next((spec.source_line(mark) for spec in specs if spec.file == mark.file), "")
    return replace(
        problem, file=mark.file, line=mark.line, column=mark.column, path=mark.path, source=source
    )


def _change(part: Merged, created: frozenset[str]) -> FileChange:
    notes = tuple(
        f"{verb} {name}"
        for verb, names in (
            ("+", part.added),
            ("~", part.updated),
            ("-", part.removed),
            ("kept", part.kept),
        )
        for name in names
    )
    if part.clashes or part.problems:
        return FileChange(part.path, "conflict", part.before, None, notes)
    if part.emptied and part.before is not None:
        return FileChange(part.path, "delete", part.before, None, notes)
    if part.after is None or part.after == part.before:
        return FileChange(part.path, "unchanged", part.before, part.before, notes)
    if part.after == b"" and part.path in created and part.before is not None:
        return FileChange(part.path, "delete", part.before, None, notes)
    return FileChange(
        part.path, "create" if part.before is None else "update", part.before, part.after, notes
    )


def _notes(part: Merged) -> list[Problem]:
    found = [
        Problem(
            part.path,
            0,
            0,
            "",
            "orphan",
            f"{name} is no longer generated but was edited: it is kept",
            "delete it by hand, or put it back",
        )
        for name in part.orphans
    ]
    found += [
        Problem(
            part.path,
            0,
            0,
            "",
            "orphan",
            f"{name} is no longer generated but {by} still needs it: it is kept",
            "delete both by hand, or put them back",
        )
        for name, by in part.needed
    ]
    found += part.notes
    if part.deleted:
        found.append(_deleted(part))
    return found


def _deleted(part: Merged) -> Problem:
    # The absence is intended, but the run must not suggest that the symbol exists.
    shown = ", ".join(part.deleted[:_SHOWN])
    more = len(part.deleted) - _SHOWN
    names = f"{shown} and {more} more" if more > 0 else shown
    verb = "was" if len(part.deleted) == 1 else "were"
    return Problem(
        part.path,
        0,
        0,
        "",
        "deleted",
        f"{names} {verb} deleted here, so this run leaves it that way",
        (
            f"--restore {part.deleted[0]} brings it back, --restore all everything; "
            "or remove it from the spec"
        ),
    )


def _baseline_changes(
    baseline: Baseline, merged: Sequence[Merged], read: Callable[[str], bytes | None]
) -> Iterator[FileChange]:
    path = baseline_path(baseline.app)
    touched = {part.path for part in merged}
    entries = {key: entry for key, entry in baseline.entries.items() if entry.path not in touched}
    entries |= {entry.id: entry for part in merged for entry in part.entries}
    created = {
        *baseline.created,
        *(part.path for part in merged if part.before is None and part.after is not None),
    }
    gone = {p.path for p in merged if p.before is not None and (p.emptied or p.after == b"")}
    # Files that are gone are removed from the record, and a package file if nothing needs it.
    created -= gone
    undo: Mapping[str, tuple[tuple[str, str], ...]] = {
        **baseline.undo,
        **{part.path: () if part.path in gone else part.undo for part in merged},
    }
    before = read(path)
    if baseline.former:
        yield FileChange(baseline.former, "delete", read(baseline.former), None, internal=True)
    if not entries and (baseline.former or before is not None):
        for name in sorted(created):
            data = read(name)
            folder = name.removesuffix("__init__.py")
            stays = any(part.kept and part.path.startswith(folder) for part in merged)
            if data == b"" and name.endswith("/__init__.py") and not stays:
                yield FileChange(name, "delete", data, None)
        if before is not None:
            yield FileChange(path, "delete", before, None, internal=True)
        return
    after = encode(Baseline(baseline.app, entries, tuple(sorted(created)), undo))
    if before == after or not (entries or before):
        yield FileChange(path, "unchanged", before, before, internal=True)
    else:
        yield FileChange(
            path, "create" if before is None else "update", before, after, internal=True
        )
