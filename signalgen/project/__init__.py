"""The user's project as it lies on disk: the only room that reads it. Nothing in it is ever imported or run."""

from __future__ import annotations

from signalgen.project.files import find_root, read_file
from signalgen.project.reader import read_project
from signalgen.project.recipes import read_recipes
from signalgen.project.walk import python_files
from signalgen.project.watching import still_there, watch_project, watch_root

__all__ = [
    "find_root",
    "python_files",
    "read_file",
    "read_project",
    "read_recipes",
    "still_there",
    "watch_project",
    "watch_root",
]
