"""A quick answer to whether an earlier run left something behind; every command asks it first, so it imports nothing heavy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.write import files

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = ".signalgen"
LOCK_PREFIX = "lock-"
JOURNAL_PREFIX = "journal-"


def pending(root: Path) -> bool:
    """Tell whether ``root`` holds the lock or the journal of a run that is not over, or was interrupted."""
    prefixes = (LOCK_PREFIX, JOURNAL_PREFIX)
    return any(name.startswith(prefixes) for name in files.names(root / FOLDER))
