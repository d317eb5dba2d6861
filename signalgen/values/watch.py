"""Watch: all on disk that a run's result depended on, so that a later run can check it."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from signalgen.late import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping


UNHASHED = "-"
"""In place of the hash of a file older than the run: hashing thousands is slow, times suffice."""


@dataclass(frozen=True, slots=True)
class Watch:
    """Absolute paths, as the run used them.

    ``files`` maps a path to the hash of the bytes that the run read there, None where it found no
    file, UNHASHED where the file's times prove that it is what the run read. ``folders`` are those
    whose names it listed; ``absent`` are places where nothing may appear; ``real`` are paths whose
    links it followed.
    """

    files: Mapping[str, str | None] = field(default_factory=dict)
    folders: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    real: tuple[str, ...] = ()
