"""Settles what a killed run left: completes it when it had committed, takes it back when it had not.

Every step may itself be killed and repeated. A file that somebody has changed since is left as it is.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from signalgen.write import files, journal, steps
from signalgen.write.leftovers import FOLDER, pending
from signalgen.write.lock import locked
from signalgen.write.reasons import blame

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from signalgen.write.journal import Journal


@dataclass(frozen=True, slots=True)
class Recovery:
    """What became of an interrupted run: its ``files``, and those ``left`` alone because somebody had changed them since."""

    action: Literal["completed", "rolled back"]
    files: tuple[str, ...]
    left: tuple[str, ...] = ()


def recover(
    root: Path, *, wait: float = 10.0, on_wait: Callable[[str], None] | None = None
) -> Recovery | None:
    """Complete or take back an interrupted run in ``root``; wait for one that is still going on.

    Return what was done, None when there was nothing to do. Raise UnsafeError when it cannot be done.
    """
    with blame("."):
        root = files.resolve(root)
    with blame(FOLDER):
        if not pending(root):
            return None
    with locked(root, wait, on_wait), blame(FOLDER):
        return settle(root)


def settle(root: Path) -> Recovery | None:
    """Do the work of ``recover``; the caller holds the lock."""
    journal.drop_unfinished(root)
    state = journal.state(root)
    if state is None:
        return None
    plan = journal.load(root, state)
    if state == "done":
        _clean_up(root, plan)
        return None
    if state == "commit":
        try:
            return _completed(root, plan)
        except OSError:
            journal.move(root, "commit", "rollback")
            return _rolled_back(root, plan)
    if state == "prepare":
        journal.move(root, "prepare", "rollback")
    return _rolled_back(root, plan)


def take_back(root: Path) -> None:
    """Undo the run of this process, whose journal is in any state or not yet written; the caller holds the lock."""
    journal.drop_unfinished(root)
    state = journal.state(root)
    if state is None:
        return
    plan = journal.load(root, state)
    if state != "rollback":
        journal.move(root, state, "rollback")
    _rolled_back(root, plan)


def _completed(root: Path, plan: Journal) -> Recovery:
    done = [steps.complete(root, plan, index) for index in range(len(plan.operations))]
    return _end(root, plan, "commit", done)


def _rolled_back(root: Path, plan: Journal) -> Recovery:
    done = [steps.revert(root, plan, index) for index in range(len(plan.operations))]
    return _end(root, plan, "rollback", done)


def _end(
    root: Path, plan: Journal, state: Literal["commit", "rollback"], done: list[bool]
) -> Recovery:
    steps.sync_parents(root, plan)
    journal.move(root, state, "done")
    _clean_up(root, plan)
    paths = tuple(operation.path for operation in plan.operations)
    left = tuple(path for path, ok in zip(paths, done, strict=True) if not ok)
    return Recovery("completed" if state == "commit" else "rolled back", paths, left)


def _clean_up(root: Path, plan: Journal) -> None:
    with suppress(OSError):  # the files are in order; what is left over, the next run removes
        steps.clean_up(root, plan)
