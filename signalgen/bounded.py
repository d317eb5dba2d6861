"""The only way files are read: ``read_regular(path)``, regular files up to a size limit.

A repository decides what its files are: a name may lead to an endless device, to a pipe without a
writer, or to a sparse file of terabytes.
"""

from __future__ import annotations

import errno
import os
import stat

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

MOST_BYTES = 64 * 1024 * 1024
"""The largest file that is read."""
ONLY_READING = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_CLOEXEC", 0)
)
"""Flags for opening files: do not wait for a pipe's writer, do not take over a terminal."""


class UnfitFileError(OSError):
    """A file that is not regular, or too large; ``code`` is the problem's code."""

    def __init__(self, code: str, number: int, reason: str, path: str | Path) -> None:
        super().__init__(number, reason, str(path))
        self.code = code
        self.reason = reason


def read_regular(path: str | Path, most: int = MOST_BYTES, *, owner: int | None = None) -> bytes:
    """Return the bytes of the regular file ``path``, links followed.

    Raises UnfitFileError for anything else and for more than ``most`` bytes, PermissionError if the
    file does not belong to the user ``owner``, and OSError as ``open`` does.
    """
    try:
        return _regular(path, most, owner)
    except OSError as error:
        # What fails on a descriptor does not say which file that was.
        if error.filename is None:
            error.filename = str(path)
        raise


def _regular(path: str | Path, most: int, owner: int | None) -> bytes:
    descriptor = os.open(path, ONLY_READING)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise _not_regular(status.st_mode, path)
        if owner is not None and status.st_uid != owner:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        if status.st_size > most:
            raise _too_large(path, most)
        return _read(descriptor, status.st_size, path, most)
    finally:
        os.close(descriptor)


def _read(descriptor: int, size: int, path: str | Path, most: int) -> bytes:
    # The file may grow meanwhile, and those below /proc say that they are empty.
    data = os.read(descriptor, size + 1)
    if len(data) == size and size:
        return data
    parts = [data]
    total = len(data)
    while parts[-1]:
        if total > most:
            raise _too_large(path, most)
        parts.append(os.read(descriptor, 1 << 16))
        total += len(parts[-1])
    return b"".join(parts)


def _not_regular(mode: int, path: str | Path) -> OSError:
    if stat.S_ISDIR(mode):
        return IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    return UnfitFileError("not-a-file", errno.EINVAL, "it is not a regular file", path)


def _too_large(path: str | Path, most: int) -> UnfitFileError:
    limit = f"{most >> 20} MiB" if most >> 20 else f"{most} bytes"
    return UnfitFileError("file-too-large", errno.EFBIG, f"it has more than {limit}", path)
