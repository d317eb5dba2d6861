"""The user's project on disk; only this package reads it. Nothing in it is imported or run.

Loaded lazily, because few commands need all of it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from signalgen.project.files import (
        file_of,
        find_root,
        folder_inside,
        project_of_manage,
        read_file,
        recorded,
    )
    from signalgen.project.recipes import read_recipes
    from signalgen.project.walk import python_files
    from signalgen.project.watching import still_there, watch_project, watch_root

__all__ = [
    "file_of",
    "find_root",
    "folder_inside",
    "project_of_manage",
    "python_files",
    "read_file",
    "read_recipes",
    "recorded",
    "still_there",
    "watch_project",
    "watch_root",
]

_HOMES = {
    "file_of": "files",
    "find_root": "files",
    "folder_inside": "files",
    "project_of_manage": "files",
    "python_files": "walk",
    "read_file": "files",
    "read_recipes": "recipes",
    "recorded": "files",
    "still_there": "watching",
    "watch_project": "watching",
    "watch_root": "watching",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"signalgen.project.{_HOMES[name]}"), name)
