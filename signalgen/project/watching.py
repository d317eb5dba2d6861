"""What reading a project depended on, for a later run to check: ``watch_project(project)``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from signalgen.fastpath import content, digest
from signalgen.project.files import markers
from signalgen.project.walk import config_files, looked_at, python_files
from signalgen.values.watch import Watch

if TYPE_CHECKING:
    from signalgen.values.project import Project


def watch_project(project: Project) -> Watch:
    """Return the files that ``project`` was read from, and the folders that were listed."""
    folders, absent = looked_at(Path(project.root))
    reads = {
        # "../" must stay, hence no Path.
        os.path.join(project.root, path): None if data is None else digest(data)  # noqa: PTH118
        for path, data in project.texts.items()
    }
    return Watch(reads, folders, absent, (project.root,))


def watch_root(start: Path) -> Watch:
    """Return what the search for the project's root from ``start`` depended on."""
    missing, marker = markers(start)
    found = {} if marker is None else {str(marker): content(str(marker))}
    return Watch(found, absent=tuple(map(str, missing)))


def still_there(project: Project) -> bool:
    """Return whether the project has the same files as when it was read, ignoring their content."""
    root = Path(project.root)
    return python_files(root) == project.files and config_files(root) == project.configs
