"""Whether the process that made a lock still runs, as far as this system can tell: ``is_gone``.

A process id alone is not enough: containers that share a project all count from 1, and ids are
reused.
"""

from __future__ import annotations

import os
import platform
import sys
import zlib
from pathlib import Path

from signalgen.bounded import read_regular
from signalgen.late import dataclass

UNKNOWN_START = "0"


@dataclass(frozen=True, slots=True)
class Process:
    """A process: ``place`` is its machine and container, ``start`` its start time."""

    place: str
    pid: int
    start: str


def here() -> str:
    """Return a short id of this machine and process-id namespace."""
    try:
        namespace = Path("/proc/self/ns/pid").readlink()
    except OSError:
        namespace = Path()
    return f"{zlib.crc32(f'{platform.node()} {namespace}'.encode()):08x}"


def current() -> Process:
    """Return the running process."""
    pid = os.getpid()
    return Process(here(), pid, _start(pid) or UNKNOWN_START)


def is_gone(process: Process) -> bool | None:
    """Return whether ``process`` has ended; None if it runs elsewhere and is not visible."""
    if process.place != here():
        return None
    if not _exists(process.pid):
        return True
    start = _start(process.pid)
    # Another start time: the id has been reused.
    return process.start not in {UNKNOWN_START, start}


def _start(pid: int) -> str | None:
    """Return the kernel's start time of ``pid``, None if it has ended or without /proc."""
    try:
        status = read_regular(f"/proc/{pid}/stat").decode("ascii", "replace")
    except OSError:
        return None
    # The command name, in parentheses, may hold blanks and parentheses itself.
    fields = status.rpartition(")")[2].split()
    # Zombies have ended; field 22 of the line is the start time.
    return None if fields[0] in "ZX" else fields[19]


def _exists(pid: int) -> bool:
    if sys.platform == "win32":
        import ctypes

        synchronize = 0x00100000
        handle = ctypes.windll.kernel32.OpenProcess(synchronize, 0, pid)
        if handle:
            ctypes.windll.kernel32.CloseHandle(handle)
        return bool(handle)
    try:
        # Signal 0 only asks; a process of another user answers with PermissionError.
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
