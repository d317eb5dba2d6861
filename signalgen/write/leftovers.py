"""Whether an earlier run was interrupted: ``pending(root)``. Imports little: every command asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.write import files

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = ".signalgen"
LOCK_PREFIX = "lock-"
JOURNAL_PREFIX = "journal-"


def pending(root: Path) -> bool:
    """Return whether ``root`` holds the lock or journal of a running or interrupted run."""
    prefixes = (LOCK_PREFIX, JOURNAL_PREFIX)
    return any(name.startswith(prefixes) for name in files.names(root / FOLDER))
