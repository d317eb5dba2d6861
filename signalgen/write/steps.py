"""The steps of a publish: ``stage``, then ``complete`` or ``revert``, then ``clean_up``.

Each looks at the disk first, so that it may be repeated after a kill.
"""

from __future__ import annotations

import errno
from contextlib import suppress
from typing import TYPE_CHECKING

from signalgen.write import files, journal
from signalgen.write.reasons import blame

if TYPE_CHECKING:
    from pathlib import Path

    from signalgen.values.change import FileChange
    from signalgen.write.journal import Journal, Operation


def stage(root: Path, plan: Journal, index: int, change: FileChange) -> None:
    """Write the new bytes and a copy of the old ones beside the target, synced to disk."""
    if change.after is None:
        return
    target = root / plan.operations[index].target
    status = files.lstat(target)
    # A new file: nothing to copy, and the umask decides its mode.
    if status is None or change.before is None:
        _lay(plan.new(root, index), change.after, 0o666)
        return
    for path, data in (
        (plan.new(root, index), change.after),
        (plan.old(root, index), change.before),
    ):
        _lay(path, data, 0o600)
        files.copy_owner(path, status)
        files.copy_mode(path, status)
    # Last, because writing and chmod change the times.
    files.copy_times(plan.old(root, index), status)


def complete(root: Path, plan: Journal, index: int) -> bool:
    """Bring one file to its new state; return False, leaving it, if it was changed since."""
    operation = plan.operations[index]
    target = root / operation.target
    found = _hash(target)
    if found == operation.after:
        return True
    if found != operation.before:
        return False
    if operation.after is None:
        files.replace(target, plan.old(root, index))
    else:
        files.replace(plan.new(root, index), target)
    return True


def revert(root: Path, plan: Journal, index: int) -> bool:
    """Bring one file back to its old state; return False, leaving it, if it was changed since."""
    operation = plan.operations[index]
    target, old = root / operation.target, plan.old(root, index)
    found = _hash(target)
    if found == operation.before:
        return True
    if found != operation.after:
        return False
    if operation.before is None:
        files.remove(target)
    # Without the copy the old bytes are lost: the file is left as it is.
    elif files.lstat(old) is None:
        return False
    else:
        files.replace(old, target)
    return True


def sync_parents(root: Path, plan: Journal) -> None:
    """Wait until every changed name has reached the disk."""
    for folder in plan.parents(root):
        with blame(folder.relative_to(root).as_posix()):
            if files.lstat(folder) is not None:
                files.sync_folder(folder)


def clean_up(root: Path, plan: Journal) -> None:
    """Remove the run's temporary files, emptied or unused folders, and last its journal."""
    for index in range(len(plan.operations)):
        for path in (plan.new(root, index), plan.old(root, index)):
            with suppress(FileNotFoundError, NotADirectoryError):
                files.remove(path)
    for folder in reversed(plan.folders):
        _remove_if_empty(root / folder)
    for operation in plan.operations:
        _prune(root, operation)
    journal.forget(root, "done")


def _prune(root: Path, operation: Operation) -> None:
    if operation.after is not None:
        return
    folder = (root / operation.target).parent
    while folder != root and _remove_if_empty(folder):
        folder = folder.parent


def _remove_if_empty(folder: Path) -> bool:
    try:
        files.remove_folder(folder)
    except FileNotFoundError:
        return True
    # The folder may be in use, or not ours to remove: only "not empty" is expected.
    except OSError as error:
        if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
            raise
        return False
    return True


def _hash(path: Path) -> str | None:
    """Return the hash of a regular file, None if there is nothing, "" for anything else."""
    status = files.lstat(path)
    if status is None:
        return None
    return journal.digest(files.read(path)) if files.is_file(status) else ""


def _lay(path: Path, data: bytes, mode: int) -> None:
    descriptor = files.create(path, mode)
    try:
        files.write(descriptor, data)
        files.sync(descriptor)
    finally:
        files.close(descriptor)
