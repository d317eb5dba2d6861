"""One run at a time, by a lock that a killed process cannot leave locked: ``locked(...)``.

It needs only portable file calls. Each run makes a claim, its own file with all data in the name,
and then looks for others. Of two concurrent runs at least one sees the other's claim, so never both
continue. A claim of a process that has ended is void and any run may remove it: no two claims ever
share a name.
"""

from __future__ import annotations

import random
import secrets
import stat
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from signalgen.errors import Problem, UnsafeError
from signalgen.write import files, process
from signalgen.write.leftovers import FOLDER, LOCK_PREFIX
from signalgen.write.reasons import blame

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

ELSEWHERE_SECONDS = 600
"""Age from which a claim of another machine or container, whose process is not visible, is void."""


@contextmanager
def locked(root: Path, wait: float, on_wait: Callable[[str], None] | None) -> Iterator[None]:
    """Hold the lock of the project at ``root``; wait up to ``wait`` seconds for another run.

    ``on_wait`` is called once, with a message, if there is a run to wait for. Raises UnsafeError on
    a timeout.
    """
    folder = root / FOLDER
    with blame(FOLDER):
        _refuse_odd_folder(folder)
        claim = _acquire(folder, time.monotonic() + wait, on_wait)
    try:
        yield
    finally:
        with suppress(OSError):
            files.remove(claim)
        with suppress(OSError):
            files.remove_folder(folder)


def _acquire(folder: Path, deadline: float, on_wait: Callable[[str], None] | None) -> Path:
    told = False
    while True:
        claim = _claim(folder)
        try:
            rival = _rival(folder, claim.name)
        except BaseException:
            _withdraw(claim)
            raise
        # Claim first, look second: of two runs at least one sees the other.
        if rival is None:
            return claim
        _withdraw(claim)
        if time.monotonic() >= deadline:
            raise UnsafeError(_busy(rival))
        if on_wait is not None and not told:
            on_wait("waiting for another run of signalgen in this project")
            told = True
        # Random, so that two waiting runs do not keep step.
        time.sleep(random.uniform(0.02, 0.12))  # noqa: S311


def _refuse_odd_folder(folder: Path) -> None:
    status = files.lstat(folder)
    if status is not None and not stat.S_ISDIR(status.st_mode):
        raise UnsafeError(
            Problem(FOLDER, 0, 0, "", "not-a-folder", f"{FOLDER} is not a folder", "move it away")
        )


def _claim(folder: Path) -> Path:
    own = process.current()
    # All data is in the name: a claim is complete as soon as it exists.
    name = f"{LOCK_PREFIX}{own.place}-{own.pid}-{own.start}-{secrets.token_hex(4)}"
    while True:
        with suppress(FileExistsError):
            files.make_folder(folder)
        try:
            files.close(files.create(folder / name, 0o644))
        except FileNotFoundError:
            continue  # a run that ended just now removed the empty folder
        except BaseException:
            _withdraw(folder / name)
            raise
        return folder / name


def _withdraw(claim: Path) -> None:
    with suppress(OSError):
        files.remove(claim)
    with suppress(OSError):
        files.remove_folder(claim.parent)


def _rival(folder: Path, own: str) -> str | None:
    # Claims of runs that have ended are removed on the way.
    for name in files.names(folder):
        if not name.startswith(LOCK_PREFIX) or name == own:
            continue
        if not _is_dead(folder / name):
            return name
        with suppress(OSError):
            files.remove(folder / name)
    return None


def _is_dead(claim: Path) -> bool:
    parts = claim.name.removeprefix(LOCK_PREFIX).split("-")
    owner = process.Process(parts[0], int(parts[1]), parts[2]) if _well_formed(parts) else None
    gone = None if owner is None else process.is_gone(owner)
    if gone is not None:
        return gone
    # The owner is invisible from here, so only the age of the claim can tell.
    status = files.lstat(claim)
    return status is None or abs(time.time() - status.st_mtime) > ELSEWHERE_SECONDS


def _well_formed(parts: list[str]) -> bool:
    return (
        len(parts) == 4 and parts[1].isascii() and parts[1].isdigit() and 0 < int(parts[1]) < 2**31
    )


def _busy(rival: str) -> Problem:
    return Problem(
        FOLDER,
        0,
        0,
        "",
        "locked",
        "another run of signalgen is writing to this project",
        f"wait for it to end; if there is none, delete {FOLDER}/{rival}",
    )
