"""The journal of a run: written before it acts, so that the next run can finish or undo it.

The text never changes; the file's name is the state, because a rename needs no space on a full
disk. Until ``commit`` the old tree is valid, then the new one. A journal is part of the project and
may be forged: ``load`` checks every path. ``save`` and ``move`` write it.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Literal

from signalgen.errors import Problem, UnsafeError
from signalgen.late import dataclass
from signalgen.write import files
from signalgen.write.leftovers import FOLDER, JOURNAL_PREFIX

if TYPE_CHECKING:
    from collections.abc import Sequence

State = Literal["prepare", "commit", "rollback", "done"]
STATES: tuple[State, ...] = ("prepare", "commit", "rollback", "done")
_UNFINISHED = f"{JOURNAL_PREFIX}new"


@dataclass(frozen=True, slots=True)
class Operation:
    """One file: its ``path`` as requested, its real ``target`` below the root, and two hashes.

    ``before`` None: it did not exist. ``after`` None: it is deleted.
    """

    path: str
    target: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Journal:
    """One run: the ``folders`` it makes, outermost first, its operations, and a ``token``.

    The token names its temporary files.
    """

    token: str
    folders: tuple[str, ...]
    operations: tuple[Operation, ...]

    def new(self, root: Path, index: int) -> Path:
        """Return the temporary path of the new bytes of operation ``index``."""
        return self._beside(root, index, "new")

    def old(self, root: Path, index: int) -> Path:
        """Return the temporary path of the old bytes of operation ``index``."""
        return self._beside(root, index, "old")

    def _beside(self, root: Path, index: int, kind: str) -> Path:
        parent = (root / self.operations[index].target).parent
        return parent / f".signalgen-{self.token}-{index}.{kind}"

    def parents(self, root: Path) -> tuple[Path, ...]:
        """Return the folders in which names change, each once."""
        targets = [root / operation.target for operation in self.operations]
        made = [root / folder for folder in self.folders]
        return tuple(sorted({path.parent for path in (*targets, *made)}))


def digest(data: bytes) -> str:
    """Return the hash of a file's bytes as the journal stores it."""
    return hashlib.sha256(data).hexdigest()


def save(root: Path, journal: Journal) -> None:
    """Write ``journal`` to disk in the state ``prepare``."""
    # Complete under another name first: a journal in a state is never half-written.
    new = root / FOLDER / _UNFINISHED
    descriptor = files.create(new, 0o644)
    try:
        files.write(descriptor, json.dumps(asdict(journal)).encode())
        files.sync(descriptor)
    finally:
        files.close(descriptor)
    files.replace(new, _path(root, "prepare"))
    files.sync_folder(root / FOLDER)


def move(root: Path, before: State, after: State) -> None:
    """Move the journal from one state to the next, and sync it to disk."""
    files.replace(_path(root, before), _path(root, after))
    files.sync_folder(root / FOLDER)


def state(root: Path) -> State | None:
    """Return the state of the journal in ``root``, None if there is none."""
    found = files.names(root / FOLDER)
    return next((state for state in STATES if _path(root, state).name in found), None)


def load(root: Path, state: State) -> Journal:
    """Return the journal. Raises UnsafeError if it is damaged or names a forbidden path."""
    try:
        raw = json.loads(files.read(_path(root, state)))
        operations = tuple(Operation(**row) for row in raw["operations"])
        journal = Journal(raw["token"], tuple(raw["folders"]), operations)
        trusted = _is_honest(root, journal)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        trusted = False
    if not trusted:
        raise UnsafeError(_damaged(_path(root, state).name))
    return journal


def forget(root: Path, state: State) -> None:
    """Remove the journal."""
    files.remove(_path(root, state))


def drop_unfinished(root: Path) -> None:
    """Remove a journal that was not completely written: the run had not changed anything yet."""
    with suppress(FileNotFoundError):
        files.remove(root / FOLDER / _UNFINISHED)


def _path(root: Path, state: State) -> Path:
    return root / FOLDER / f"{JOURNAL_PREFIX}{state}.json"


def _is_honest(root: Path, journal: Journal) -> bool:
    hashes = [
        value for operation in journal.operations for value in (operation.before, operation.after)
    ]
    return (
        _is_hex(journal.token)
        and all(value is None or _is_hex(value) for value in hashes)
        and all(isinstance(operation.path, str) for operation in journal.operations)
        and _are_inside(root, [operation.target for operation in journal.operations])
        and _are_inside(root, journal.folders)
    )


# The token becomes part of file names, so it must not hold a path.
def _is_hex(text: str) -> bool:
    return bool(text) and set(text) <= set("0123456789abcdef")


def _are_inside(root: Path, paths: Sequence[str]) -> bool:
    # Plain relative paths only, without a symbolic link in the folders that lead to them.
    for path in paths:
        parts = PurePosixPath(path).parts
        if not parts or path.startswith("/") or ".." in parts or "\\" in path or "\0" in path:
            return False
        parent = (root / path).parent
        if not parent.is_relative_to(root) or files.resolve(parent) != parent:
            return False
    return True


def _damaged(name: str) -> Problem:
    return Problem(
        f"{FOLDER}/{name}",
        0,
        0,
        "",
        "damaged-journal",
        "the journal of an interrupted run cannot be read",
        (
            "compare the project with your version control, put right what differs, "
            "then delete this file"
        ),
    )
