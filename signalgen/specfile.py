"""The bytes of a spec from a file, a pipe or standard input, up to a size limit.

``read_spec_file`` and ``read_spec_stream`` are the entries.
"""

from __future__ import annotations

import os
import select
import stat
import time
from difflib import get_close_matches
from typing import TYPE_CHECKING

from signalgen.bounded import ONLY_READING
from signalgen.errors import Problem, UsageError

if TYPE_CHECKING:
    from pathlib import Path
    from typing import BinaryIO

MOST_BYTES = 8 * 1024 * 1024 + 1
"""One more than a spec may have, so that the reader reports one that is too long."""
WAIT_SECONDS = 10.0
"""How long to wait for a pipe's writer."""
_PAUSE_SECONDS = 0.02
_CHUNK = 1 << 16
_SPECS = (".yaml", ".yml")
_ALIKE = 0.75


def read_spec_file(path: Path) -> bytes:
    """Return the bytes of a spec file, which may be a pipe, at most just past the size limit.

    Raises UsageError that names the file if it cannot be read, or is a pipe without a writer.
    """
    try:
        return _read(path)
    except IsADirectoryError:
        reason, hint = "is a folder, not a spec", "name the YAML file in it"
    except FileNotFoundError:
        near = _near(path)
        reason = "does not exist"
        hint = f"did you mean {near}?" if near else "check the path; '-' reads standard input"
    except TimeoutError:
        reason = f"is a pipe, and in {WAIT_SECONDS:g} seconds nobody has written to it"
        hint = "start what writes it first"
    except (OSError, ValueError) as error:
        reason, hint = (
            f"cannot be read: {getattr(error, 'strerror', None) or error}",
            "check its permissions",
        )
    raise UsageError(Problem(str(path), 0, 0, "", "no-spec", f"the spec {reason}", hint))


def _near(path: Path) -> str:
    """Return the spec in the same folder that was probably meant, empty if there is none."""
    folder = path.parent
    try:
        found = [name for name in os.listdir(folder) if name.endswith(_SPECS)]  # noqa: PTH208
    except OSError:
        return ""
    # The same name with another suffix comes before a similar spelling: lending.yml, lending.yaml.
    same = sorted(name for name in found if name.rpartition(".")[0] == path.stem)
    near = same or get_close_matches(path.name, sorted(found), 1, _ALIKE)
    return str(path.with_name(near[0])) if near and near[0] != path.name else ""


def read_spec_stream(stream: BinaryIO) -> bytes:
    """Return what comes from ``stream``, at most just past the size limit. Raises OSError."""
    return stream.read(MOST_BYTES)


def _read(path: Path) -> bytes:
    with open(path, "rb", opener=_without_waiting) as file:
        if stat.S_ISFIFO(os.fstat(file.fileno()).st_mode):
            return _piped(file.fileno())
        if hasattr(os, "set_blocking"):
            os.set_blocking(file.fileno(), True)
        return read_spec_stream(file)


def _without_waiting(path: str, _flags: int) -> int:
    return os.open(path, ONLY_READING)


def _piped(descriptor: int) -> bytes:
    parts: list[bytes] = []
    left, deadline = MOST_BYTES, time.monotonic() + WAIT_SECONDS
    while left:
        try:
            part = os.read(descriptor, min(left, _CHUNK))
        except BlockingIOError:
            # A writer has it open, and may take its time.
            select.select([descriptor], [], [])
            continue
        if part:
            parts.append(part)
            left -= len(part)
        elif parts or _was_closed(descriptor):
            break
        elif time.monotonic() >= deadline:
            raise TimeoutError
        else:
            time.sleep(_PAUSE_SECONDS)
    return b"".join(parts)


def _was_closed(descriptor: int) -> bool:
    # Before the first writer has come, the end of the pipe means nothing.
    waiting = select.poll()
    waiting.register(descriptor, select.POLLHUP)
    return bool(waiting.poll(0))
