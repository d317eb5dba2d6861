"""Finds the project's files, without environments, caches and links: ``python_files(root)``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from signalgen.late import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

_SKIPPED = frozenset(
    {
        "__pycache__",
        "__pypackages__",
        "bower_components",
        "eggs",
        "htmlcov",
        "node_modules",
        "site-packages",
        "staticfiles",
        "venv",
        "virtualenv",
    }
)
_CONFIGS = frozenset(
    {
        ".editorconfig",
        ".flake8",
        ".isort.cfg",
        ".pre-commit-config.yaml",
        ".pytest.ini",
        ".pytest.toml",
        ".mypy.ini",
        ".python-version",
        ".ruff.toml",
        ".style.yapf",
        "Pipfile",
        "Pipfile.lock",
        "mypy.ini",
        "pdm.lock",
        "poetry.lock",
        "pylock.toml",
        "pyproject.toml",
        "pytest.ini",
        "pytest.toml",
        "ruff.toml",
        "runtime.txt",
        "setup.cfg",
        "setup.py",
        "tox.ini",
        "uv.lock",
    }
)
CLOSED = (PermissionError, FileNotFoundError, NotADirectoryError, IsADirectoryError)
"""Errors for which a file is skipped: unreadable, or gone by now.

Any other error, of the disk mostly, must end the run: a file that exists but was not read would be
taken for missing.
"""
_REQUIREMENTS = pattern(r".*req(?:uirement)?s?[^/]*\.(?:txt|in)$")
_REQUIREMENT_FOLDERS = ("requirements", "reqs")
_SKIPPED_UNLESS_PACKAGE = frozenset({"build", "dist", "env", "media", "static"})


def python_files(root: Path, locked: list[str] | None = None) -> tuple[str, ...]:
    """Return the Python files below ``root``, relative with forward slashes, sorted.

    Unreadable folders count as empty; paths that may not be read are added to ``locked``. Symbolic
    links are not followed: their targets inside the project are found under their own names, and
    targets outside are not the project's.
    """
    start = os.fspath(root)
    prefix = len(start.rstrip(os.sep)) + 1
    closed: list[str] = []
    found = sorted(
        entry.path[prefix:].replace(os.sep, "/")
        for _, entries in _walk(start, closed)
        for entry in entries
        if entry.name.endswith(".py") and entry.is_file(follow_symlinks=False)
    )
    if locked is not None:
        locked += [folder[prefix:].replace(os.sep, "/") for folder in closed]
    return tuple(found)


def config_files(root: Path) -> dict[str, str]:
    """Return the configuration files of a project: name (``requirements/base.txt``) -> path.

    Paths are relative to ``root``. The nearest file of a name counts: in the root, or further up in
    the same git repository.
    """
    found: dict[str, str] = {}
    # Nearest folder first; setdefault keeps its file.
    for depth, folder in enumerate(_config_folders(root)):
        for name in _configs_in(folder):
            found.setdefault(name, "../" * depth + name)
    return found


def _config_folders(root: Path) -> list[Path]:
    # resolve() would leave the folder that was asked for.
    folder = Path(os.path.abspath(root))  # noqa: PTH100
    folders = [folder, *folder.parents]
    last = next((index for index, place in enumerate(folders) if (place / ".git").exists()), 0)
    return folders[: last + 1]


def _configs_in(folder: Path) -> list[str]:
    names = [name for name in _entries(folder) if name in _CONFIGS or _REQUIREMENTS.match(name)]
    for sub in _entries(folder):
        if sub in _REQUIREMENT_FOLDERS:
            names += [
                f"{sub}/{name}" for name in _entries(folder / sub) if name.endswith((".txt", ".in"))
            ]
    return names


def _entries(folder: Path) -> list[str]:
    try:
        return sorted(os.listdir(folder))  # noqa: PTH208 - names are all that is needed
    except CLOSED:
        return []


def looked_at(root: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what this module's answers depend on: listed folders and missing paths."""
    folders, absent = [], []
    for folder, entries in _walk(os.fspath(root)):
        folders.append(folder)
        maybe = (entry for entry in entries if entry.name in _SKIPPED_UNLESS_PACKAGE)
        skipped = (entry for entry in maybe if _is_folder(entry) and _is_skipped(entry))
        absent += [f"{entry.path}{os.sep}__init__.py" for entry in skipped]
    above = _config_folders(root)
    for place in above:
        subs = [place / name for name in _REQUIREMENT_FOLDERS]
        folders += [str(place), *(str(sub) for sub in subs if sub.is_dir())]
    if not (above[-1] / ".git").exists():
        absent += [str(parent / ".git") for parent in above[-1].parents]
    return tuple(dict.fromkeys(folders)), tuple(absent)


def _walk(
    folder: str, closed: list[str] | None = None
) -> Iterator[tuple[str, list[os.DirEntry[str]]]]:
    """Yield the folders from ``folder`` downwards with their entries, except virtual environments.

    Folders that may not be read are added to ``closed``.
    """
    waiting = [folder]
    first = folder
    while waiting:
        folder = waiting.pop()
        try:
            with os.scandir(folder) as entries:
                found = list(entries)
        except CLOSED as error:
            if folder == first:
                raise
            if closed is not None and isinstance(error, PermissionError):
                closed.append(folder)
            found = []
        if folder != first and any(entry.name == "pyvenv.cfg" for entry in found):
            found = []
        found = [entry for entry in found if not entry.name.startswith(".")]
        yield folder, found
        waiting += [entry.path for entry in found if _is_folder(entry) and not _is_skipped(entry)]


def _is_folder(entry: os.DirEntry[str]) -> bool:
    return entry.is_dir(follow_symlinks=False)


def _is_skipped(entry: os.DirEntry[str]) -> bool:
    if entry.name in _SKIPPED or entry.name.endswith(".egg-info"):
        return True
    return (
        entry.name in _SKIPPED_UNLESS_PACKAGE and not (Path(entry.path) / "__init__.py").is_file()
    )
