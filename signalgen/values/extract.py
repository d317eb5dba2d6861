"""The results of ``signalgen extract``: specs of existing receivers, and those left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.late import dataclass

if TYPE_CHECKING:
    from signalgen.errors import Problem


@dataclass(frozen=True, slots=True, order=True)
class ExtractedReceiver:
    """A receiver of the project: its dotted name, its place, and the label of its app.

    ``reason`` says why it was left out, empty for one that a spec describes.
    """

    path: str
    line: int
    receiver: str
    app: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ExtractedSpec:
    """The spec of one app: its import path, its label, and the YAML text."""

    app: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Extraction:
    """The specs, the receivers that they describe, the others, and the unread files."""

    specs: tuple[ExtractedSpec, ...]
    taken: tuple[ExtractedReceiver, ...]
    left: tuple[ExtractedReceiver, ...]
    skipped: tuple[Problem, ...] = ()
