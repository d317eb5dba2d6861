"""Every file-system call of ``write``, one function each, so that tests can make each one fail.

No other module of the package calls ``os`` or the methods of ``Path`` that touch the disk. All
raise OSError.
"""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress
from pathlib import Path

from signalgen.bounded import read_regular

_NEW_FILE = (
    os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
)


def resolve(path: Path) -> Path:
    """Return ``path`` with every symbolic link followed, even where it does not exist."""
    return Path(os.path.realpath(path))


def lstat(path: Path) -> os.stat_result | None:
    """Return the status of ``path`` itself, None if nothing is there."""
    try:
        return path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return None


def status(path: Path) -> os.stat_result:
    """Return the status of ``path``, links followed."""
    return path.stat()


def is_own(path: Path) -> bool:
    """Return whether the file ``path`` belongs to this user, or does not exist yet."""
    found = lstat(path)
    return found is None or not hasattr(os, "geteuid") or found.st_uid == os.geteuid()


def can_write(path: Path) -> bool:
    """Return whether this process may write to the file or folder ``path``."""
    return os.access(path, os.W_OK)


def read(path: Path) -> bytes:
    """Return the bytes of a regular file."""
    return read_regular(path)


def names(folder: Path) -> list[str]:
    """Return the sorted names in ``folder``, none if it does not exist."""
    try:
        return sorted(path.name for path in folder.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return []


def make_folder(path: Path) -> None:
    """Make one folder whose parent exists."""
    path.mkdir()


def make_private_folder(path: Path) -> None:
    """Make ``path`` and missing folders above it; only this user has access to ``path``.

    If others had access, it is removed. Raises PermissionError if the folder is theirs.
    """
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not hasattr(os, "geteuid"):
        return
    found = path.stat()
    if found.st_uid != os.geteuid():
        raise PermissionError(errno.EACCES, "belongs to another user", str(path))
    if found.st_mode & 0o077:
        path.chmod(0o700)


def remove_folder(path: Path) -> None:
    """Remove an empty folder."""
    path.rmdir()


def create(path: Path, mode: int) -> int:
    """Make a new file, never through a link, and return its descriptor; umask narrows ``mode``."""
    return os.open(path, _NEW_FILE, mode)


def write(descriptor: int, data: bytes) -> None:
    """Write all of ``data``."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def sync(descriptor: int) -> None:
    """Wait until the file's bytes have reached the disk."""
    os.fsync(descriptor)


def close(descriptor: int) -> None:
    """Close a descriptor."""
    os.close(descriptor)


def copy_owner(path: Path, like: os.stat_result) -> None:
    """Give ``path`` the owner of ``like`` if permitted; this clears special permission bits."""
    own = path.lstat()
    if hasattr(os, "chown") and (own.st_uid, own.st_gid) != (like.st_uid, like.st_gid):
        with suppress(PermissionError):
            os.chown(path, like.st_uid, like.st_gid)


def copy_mode(path: Path, like: os.stat_result) -> None:
    """Give ``path`` the permission bits of ``like``."""
    path.chmod(stat.S_IMODE(like.st_mode))


def copy_times(path: Path, like: os.stat_result) -> None:
    """Give ``path`` the times of ``like``, so that a restored file looks untouched."""
    os.utime(path, ns=(like.st_atime_ns, like.st_mtime_ns))


def replace(source: Path, target: Path) -> None:
    """Rename ``source`` to ``target`` atomically, replacing ``target``."""
    source.replace(target)


def remove(path: Path) -> None:
    """Remove a file."""
    path.unlink()


def sync_folder(path: Path) -> None:
    """Wait until the names in ``path`` have reached the disk, where the system supports it."""
    if os.name == "nt":
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(descriptor)


def is_file(status: os.stat_result) -> bool:
    """Return whether ``status`` describes a regular file."""
    return stat.S_ISREG(status.st_mode)
