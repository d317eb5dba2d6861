"""Puts the files of a run in place, all of them or none: ``publish(root, changes)``.

Everything is checked, then the new bytes and copies of the old ones are written beside their
targets, then the journal is moved to ``commit``, and only then names change. Any failure is undone;
after a kill the next run completes or undoes the work.
"""

from __future__ import annotations

import secrets
from contextlib import suppress
from typing import TYPE_CHECKING

from signalgen.errors import ConflictError, Problem, UnsafeError
from signalgen.write import checks, files, journal, recovery, steps
from signalgen.write.journal import Journal
from signalgen.write.leftovers import FOLDER
from signalgen.write.lock import locked
from signalgen.write.reasons import blame, problem_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from signalgen.values.change import FileChange


def publish(
    root: Path,
    changes: Sequence[FileChange],
    *,
    parses: checks.Parses = checks.python_problem,
    wait: float = 10.0,
    on_wait: Callable[[str], None] | None = None,
) -> None:
    """Create, update and delete the files of ``changes`` below ``root``; no-op if none differs.

    Unchanged files were read for the others, so they must not have changed since.

    ``parses`` checks every Python text; ``wait`` is how many seconds to wait for another run;
    ``on_wait`` is called once for it. Raises ConflictError if a file has changed since it was read,
    UnsafeError if something must not or cannot be written; either way no file is changed.
    """
    wanted = _real_changes(changes)
    if not wanted:
        return
    with blame("."):
        root = files.resolve(root)
    checks.refuse_broken_python(wanted, parses)
    checks.locate(root, wanted)
    with locked(root, wait, on_wait):
        with blame(FOLDER):
            recovery.settle(root)
        operations, folders = checks.locate(root, wanted)
        checks.refuse_stale(root, changes)
        _carry_out(root, Journal(secrets.token_hex(4), folders, operations), wanted)


def _real_changes(changes: Sequence[FileChange]) -> tuple[FileChange, ...]:
    conflicts = [change.path for change in changes if change.action == "conflict"]
    if conflicts:
        raise ConflictError(
            Problem(path, 0, 0, "", "conflict", f"{path} has an unresolved conflict")
            for path in conflicts
        )
    return tuple(
        change
        for change in changes
        if change.action in ("create", "update", "delete") and change.before != change.after
    )


def _carry_out(root: Path, plan: Journal, changes: Sequence[FileChange]) -> None:
    try:
        with blame(FOLDER):
            journal.save(root, plan)
        _stage(root, plan, changes)
        with blame(FOLDER):
            journal.move(root, "prepare", "commit")
        _complete(root, plan)
        with blame(FOLDER):
            journal.move(root, "commit", "done")
    # KeyboardInterrupt as well: nothing may be left half-done.
    except BaseException as error:
        _take_back(root, error)
        raise
    # The files are in place; the next run removes leftovers.
    with suppress(OSError):
        steps.clean_up(root, plan)


def _stage(root: Path, plan: Journal, changes: Sequence[FileChange]) -> None:
    for folder in plan.folders:
        with blame(folder):
            files.make_folder(root / folder)
    for index, change in enumerate(changes):
        with blame(change.path):
            steps.stage(root, plan, index, change)
    steps.sync_parents(root, plan)


def _complete(root: Path, plan: Journal) -> None:
    for index, operation in enumerate(plan.operations):
        with blame(operation.path):
            done = steps.complete(root, plan, index)
        if not done:
            raise ConflictError(checks.conflict(operation.path))
    steps.sync_parents(root, plan)


def _take_back(root: Path, cause: BaseException) -> None:
    try:
        recovery.take_back(root)
    except OSError as error:
        problems = cause.problems if isinstance(cause, (UnsafeError, ConflictError)) else ()
        raise UnsafeError((*problems, _half_way(error))) from cause


def _half_way(error: OSError) -> Problem:
    return Problem(
        FOLDER,
        0,
        0,
        "",
        "half-way",
        f"and the files could not be put back: {problem_of(FOLDER, error).message}",
        "run signalgen again: it first repairs the project",
    )
