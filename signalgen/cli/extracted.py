"""The work of ``signalgen extract``: specs on standard output or in a folder. Entry: ``show``."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from signalgen.charting import change_to
from signalgen.checking import inside
from signalgen.cli.checking import check_root
from signalgen.cli.console import has_colours, paint
from signalgen.cli.outcome import Outcome
from signalgen.cli.progress import progress
from signalgen.errors import Problem, UnsafeError
from signalgen.extracting import extraction
from signalgen.index import read_project
from signalgen.project.survey import survey_project
from signalgen.screening import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from signalgen.cli.view import View
    from signalgen.values.change import FileChange
    from signalgen.values.extract import ExtractedReceiver, Extraction


def show(apps: Sequence[str], project: str | None, output: str | None, view: View) -> Outcome:
    """Return an app's spec, a report on several specs, or the specs as files in a folder."""
    root = check_root(project, ())
    folder = inside(root, output, Path.cwd()) if output else ""
    with progress("Reading", quiet=view.quiet):
        found = extraction(read_project(root), apps)
    rows = ("extract", (_plain(found),))
    left = tuple(_note(one) for one in found.left)
    if folder:
        return _written(root, folder, found, left, view)
    if len(apps) == 1 and found.specs:
        spec = found.specs[0].text
        notes = (*left, *found.skipped)
        return Outcome("extract", text=spec, rows=rows, notes=notes, data=True)
    colour = has_colours(sys.stdout, no_color=view.no_color)
    text = "".join(_report(found, colour=colour))
    return Outcome("extract", text=text, rows=rows, notes=found.skipped, painted=True)


def _plain(found: Extraction) -> dict[str, object]:
    receivers = sorted((*found.taken, *found.left))
    return {
        "specs": [asdict(spec) for spec in found.specs],
        "receivers": [asdict(one) for one in receivers],
    }


def _note(one: ExtractedReceiver) -> Problem:
    return Problem(one.path, one.line, 0, "", "left", f"{one.receiver} stays: {one.reason}")


def _report(found: Extraction, *, colour: bool) -> Iterator[str]:
    taken = Counter(one.app for one in found.taken)
    left = Counter(one.app for one in found.left)
    for app in sorted({*taken, *left}):
        name = app or "(no app)"
        line = f"{name}: {taken[app]} of {taken[app] + left[app]} receivers fit into a spec"
        yield paint(one_line(line), "bold", on=colour) + "\n"
        for one in found.left:
            if one.app == app:
                yield f"  {one_line(f'{one.receiver}: {one.reason}')}"
                yield paint(one_line(f"  {one.path}:{one.line}"), "dim", on=colour) + "\n"
    every = len(found.taken) + len(found.left)
    if not every:
        yield "There are no receivers here.\n"
        return
    specs = "1 spec" if len(found.specs) == 1 else f"{len(found.specs)} specs"
    yield f"{len(found.taken)} of {every} receivers fit into {specs}.\n"
    if found.specs:
        yield "signalgen extract APP prints one, --output FOLDER writes them all.\n"


def _written(
    root: Path, folder: str, found: Extraction, left: tuple[Problem, ...], view: View
) -> Outcome:
    survey = survey_project(root)
    base = "" if folder == "." else f"{folder}/"
    changes = [change_to(survey, f"{base}{spec.label}.yaml", spec.text) for spec in found.specs]
    taken = [change.path for change in changes if change.action == "update"]
    if taken:
        raise UnsafeError(
            Problem(path, 0, 0, "", "exists", f"{path} exists with other content", _MOVE)
            for path in taken
        )
    _publish(root, [change for change in changes if change.action == "create"])
    notes = (*left, *found.skipped)
    lines = [f"{one.path} is {_DONE[one.action]}: {_NEXT.format(one.path)}\n" for one in changes]
    text = "" if view.quiet else "".join(lines)
    rows = ("extract", (_plain(found),))
    return Outcome("extract", files=tuple(changes), text=text, rows=rows, notes=notes)


_DONE = {"create": "written", "unchanged": "unchanged"}
_NEXT = "signalgen new --spec {} --adopt takes its receivers over"
_MOVE = "move it away, or choose another folder with --output"


def _publish(root: Path, changes: Sequence[FileChange]) -> None:
    from signalgen.write import publish

    publish(root, changes)
