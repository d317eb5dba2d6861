"""Watch: everything on disk that a run's result depended on, for a later run to check."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from signalgen.late import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping


UNHASHED = "-"
"""Replaces the hash of a file older than the run: hashing thousands is slow, times suffice."""


@dataclass(frozen=True, slots=True)
class Watch:
    """Absolute paths, as the run used them.

    ``files`` maps a path to the hash of the bytes that the run read there, None if it found no
    file, UNHASHED if the file's times prove that it has not changed. ``folders`` are those that it
    listed; ``absent`` are paths that must not exist; ``real`` are paths whose links it followed.
    """

    files: Mapping[str, str | None] = field(default_factory=dict)
    folders: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    real: tuple[str, ...] = ()
