"""Recovers from a killed run: completes it if it had committed, else undoes it: ``recover``.

Every step may itself be killed and repeated. A file that was changed since is left as it is.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Literal

from signalgen.late import dataclass
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
    """The outcome of an interrupted run: its ``files``, and those ``left``, changed by others."""

    action: Literal["completed", "rolled back"]
    files: tuple[str, ...]
    left: tuple[str, ...] = ()


def recover(
    root: Path, *, wait: float = 10.0, on_wait: Callable[[str], None] | None = None
) -> Recovery | None:
    """Complete or undo an interrupted run in ``root``; wait for one that is still running.

    Returns what was done, None for nothing to do. Raises UnsafeError if it cannot be done.
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
        # Completing failed (a full disk, say), so the other direction is tried.
        except OSError:
            journal.move(root, "commit", "rollback")
            return _rolled_back(root, plan)
    if state == "prepare":
        journal.move(root, "prepare", "rollback")
    return _rolled_back(root, plan)


def take_back(root: Path) -> None:
    """Undo the run of this process, whatever its journal's state; the caller holds the lock."""
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
    # The files are in order; the next run removes leftovers.
    with suppress(OSError):
        steps.clean_up(root, plan)
