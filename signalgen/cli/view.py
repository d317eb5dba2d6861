"""How a command shows what came of it; without typer, which the plain shapes of ``check`` do not wait for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Format(str, Enum):
    """How a command reports."""

    text = "text"
    json = "json"


class CheckFormat(str, Enum):
    """How ``check`` reports."""

    text = "text"
    json = "json"
    sarif = "sarif"
    github = "github"


def view_format(chosen: CheckFormat) -> Format:
    """Return how errors are shown: as JSON where JSON was asked for."""
    return Format.json if chosen is CheckFormat.json else Format.text


@dataclass(frozen=True, slots=True)
class View:
    """How a command shows what came of it."""

    format: Format = Format.text
    quiet: bool = False
    verbose: bool = False
    no_color: bool = False
