"""Watch: everything on the disk that the outcome of a run hung on, so that a later run can tell whether it still holds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


UNHASHED = "-"
"""Stands for the hash of a file that is older than the run: its times are enough, and hashing thousands is not free."""


@dataclass(frozen=True, slots=True)
class Watch:
    """Absolute paths, as the run used them.

    ``files`` maps a path to the hash of the bytes that the run read there, None where it found no file, UNHASHED where the file's times
    prove that it is what the run read. ``folders`` are those whose
    names it read; ``absent`` are places where nothing may appear; ``real`` are paths whose links it followed.
    """

    files: Mapping[str, str | None] = field(default_factory=dict)
    folders: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    real: tuple[str, ...] = ()
