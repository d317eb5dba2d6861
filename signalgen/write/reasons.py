"""Messages for errors of the operating system, with file, reason and remedy: ``blame``."""

from __future__ import annotations

import errno
from contextlib import contextmanager
from typing import TYPE_CHECKING

from signalgen.errors import Problem, UnsafeError

if TYPE_CHECKING:
    from collections.abc import Iterator

_REASONS = {
    errno.ENOSPC: ("the disk is full", "free some space and run again"),
    errno.EDQUOT: ("the disk quota is used up", "free some space and run again"),
    errno.EACCES: ("permission was denied", "check who owns the file and its folder"),
    errno.EPERM: ("the system does not permit it", "check who owns the file and its folder"),
    errno.EROFS: ("the file system is read-only", "run where the project can be written"),
    errno.ENAMETOOLONG: ("the name is too long for this file system", "choose a shorter name"),
    errno.EIO: ("the disk reported an input/output error", "check the disk"),
}


def problem_of(path: str, error: OSError) -> Problem:
    """Return ``error`` as a problem of the file ``path``."""
    reason, hint = _REASONS.get(error.errno or 0, (error.strerror or str(error), ""))
    return Problem(path, 0, 0, "", "write-failed", f"{path} could not be written: {reason}", hint)


@contextmanager
def blame(path: str) -> Iterator[None]:
    """Turn an OSError in the body into an UnsafeError that names ``path``."""
    try:
        yield
    except OSError as error:
        raise UnsafeError(problem_of(path, error)) from error
