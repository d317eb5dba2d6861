"""A scratch copy of a project, quick to compare and to put back: files are read again only when their status has changed."""

from __future__ import annotations

import os
import shutil
import stat
from dataclasses import dataclass, field
from pathlib import Path

_CONFIGS = (".toml", ".cfg", ".ini", ".txt", ".in", ".lock", ".yaml", ".yml")
_SKIPPED = frozenset({".git", "node_modules", "__pycache__", "locale", "static"})


@dataclass(frozen=True, slots=True)
class Kept:
    """A file as it was: mode, content (the target of a symbolic link), and what tells quickly that it was touched."""

    mode: int
    data: bytes
    status: tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Tree:
    """A folder and how it was at one moment. ``files`` are relative; ``folders`` too."""

    root: Path
    files: dict[str, Kept] = field(default_factory=dict)
    folders: frozenset[str] = frozenset()


def copy_project(source: Path, target: Path) -> None:
    """Copy what a reader of Python projects looks at: Python and configuration files, and symbolic links as links."""
    for folder, folders, names in os.walk(source):
        folders[:] = sorted(name for name in folders if name not in _SKIPPED)
        here = Path(folder)
        for name in [*names, *(n for n in folders if (here / n).is_symlink())]:
            if (here / name).is_symlink() or name.endswith((".py", *_CONFIGS)) or name == "Pipfile":
                to = target / here.relative_to(source) / name
                to.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(here / name, to, follow_symlinks=False)


def snapshot(root: Path, known: Tree | None = None) -> Tree:
    """Return how ``root`` is now; ``known`` spares reading the files that have not been touched since."""
    files: dict[str, Kept] = {}
    folders: set[str] = set()
    for path in _walk(root):
        status = os.lstat(root / path)
        if stat.S_ISDIR(status.st_mode):
            folders.add(path)
            continue
        mark = (status.st_mtime_ns, status.st_ino, status.st_size)
        old = known.files.get(path) if known else None
        if old is not None and old.status == mark and old.mode == status.st_mode:
            files[path] = old
        else:
            files[path] = Kept(status.st_mode, _content(root / path, status), mark)
    return Tree(root, files, frozenset(folders))


def differences(before: Tree, after: Tree, *, touched: bool = False) -> list[str]:
    """Return what is not the same: paths with a word. ``touched``: a new status with the same bytes counts as well."""
    found = [f"{path}: missing" for path in sorted(before.files.keys() - after.files.keys())]
    found += [f"{path}: left over" for path in sorted(after.files.keys() - before.files.keys())]
    found += [f"{path}/: folder" for path in sorted(before.folders ^ after.folders)]
    for path in sorted(before.files.keys() & after.files.keys()):
        one, two = before.files[path], after.files[path]
        if one.data != two.data:
            found.append(f"{path}: other bytes")
        elif one.mode != two.mode:
            found.append(f"{path}: other mode")
        elif touched and one.status != two.status:
            found.append(f"{path}: touched")
    return found


def restore(tree: Tree) -> Tree:
    """Put the folder back to how it was and return it with its new marks."""
    now = snapshot(tree.root, tree)
    for path in now.files.keys() - tree.files.keys():
        (tree.root / path).unlink()
    for path, kept in tree.files.items():
        if (
            path not in now.files
            or now.files[path].data != kept.data
            or now.files[path].mode != kept.mode
        ):
            _write(tree.root / path, kept)
    for path in sorted(now.folders - tree.folders, reverse=True):
        (tree.root / path).rmdir()
    return snapshot(tree.root, tree)


def _write(path: Path, kept: Kept) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    if stat.S_ISLNK(kept.mode):
        path.symlink_to(os.fsdecode(kept.data))
        return
    path.write_bytes(kept.data)
    path.chmod(stat.S_IMODE(kept.mode))


def _content(path: Path, status: os.stat_result) -> bytes:
    return os.fsencode(os.readlink(path)) if stat.S_ISLNK(status.st_mode) else path.read_bytes()


def _walk(root: Path) -> list[str]:
    found = []
    for folder, folders, names in os.walk(root):
        inside = os.path.relpath(folder, root)
        prefix = "" if inside == "." else f"{inside}/"
        found += [f"{prefix}{name}" for name in (*folders, *names)]
    return found
