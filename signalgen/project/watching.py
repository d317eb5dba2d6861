"""What the reading of a project hung on, so that a later run can tell without reading it whether it would read the same."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from signalgen.fastpath import digest
from signalgen.project.files import markers
from signalgen.project.walk import config_files, looked_at, python_files
from signalgen.values.watch import Watch

if TYPE_CHECKING:
    from signalgen.values.project import Project


def watch_project(project: Project) -> Watch:
    """Return the files that ``project`` was made from, and the folders that were searched for them."""
    folders, absent = looked_at(Path(project.root))
    reads = {
        os.path.join(project.root, path): None if data is None else digest(data)  # noqa: PTH118 - "../" stays
        for path, data in project.texts.items()
    }
    return Watch(reads, folders, absent, (project.root,))


def watch_root(start: Path) -> Watch:
    """Return what it hung on that the project's root was found from the folder ``start``."""
    missing, marker = markers(start)
    found = {} if marker is None else {str(marker): digest(marker.read_bytes())}
    return Watch(found, absent=tuple(map(str, missing)))


def still_there(project: Project) -> bool:
    """Tell whether the project has the same files as when it was read; what is in them does not matter here."""
    root = Path(project.root)
    return python_files(root) == project.files and config_files(root) == project.configs
