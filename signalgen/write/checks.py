"""Checks everything that could stop a run, before the first write: ``locate(root, changes)``."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path, PurePath, PurePosixPath
from typing import TYPE_CHECKING

from signalgen.errors import ConflictError, Problem, UnsafeError
from signalgen.source.reading import spoiled
from signalgen.write import files
from signalgen.write.journal import Operation, digest
from signalgen.write.reasons import blame

if TYPE_CHECKING:
    import os

    from signalgen.values.change import FileChange

Parses = Callable[[bytes], "Problem | None"]
"""Returns the syntax problem of a Python file, without a file name, or None."""

_CONFLICT = "changed-while-running"


def python_problem(data: bytes) -> Problem | None:
    """Return the syntax error in ``data`` that is not newer syntax, or None."""
    error = spoiled(None, data)
    return None if error is None else _syntax(error.line, error.column, error.text)


def refuse_broken_python(changes: Iterable[FileChange], parses: Parses) -> None:
    """Raise UnsafeError unless every Python file that is to be written parses.

    Code that did not parse in the old text may remain in the new one.
    """
    problems = []
    for change in changes:
        if change.after is None or not change.path.endswith((".py", ".pyi")):
            continue
        found = parses(change.after)
        # A file that was broken before may be written unless it gets worse.
        if found is not None and (
            change.before is None
            or parses(change.before) is None
            or spoiled(change.before, change.after) is not None
        ):
            problems.append(
                Problem(
                    change.path, found.line, found.column, "", found.code, found.message, found.hint
                )
            )
    if problems:
        raise UnsafeError(problems)


def locate(
    root: Path, changes: Sequence[FileChange]
) -> tuple[tuple[Operation, ...], tuple[str, ...]]:
    """Find the real place of each change below ``root`` (resolved) and the folders to make.

    The folders are outermost first. Raises UnsafeError or ConflictError, with every problem, if a
    place must not or cannot be written, or a file has changed since it was read.
    """
    operations: list[Operation] = []
    problems: list[Problem] = []
    folders: set[str] = set()
    for change in changes:
        with blame(change.path):
            target = _target(root, change.path)
            problem = _place_problem(root, change, target)
            if problem is None and target is not None:
                relative = target.relative_to(root).as_posix()
                if any(operation.target == relative for operation in operations):
                    problem = _unsafe(change.path, "written-twice", "would be written twice")
                operations.append(
                    Operation(change.path, relative, _digest(change.before), _digest(change.after))
                )
                folders.update(_missing_folders(root, target))
        if problem is not None:
            problems.append(problem)
    _raise(problems)
    return tuple(operations), tuple(sorted(folders))


def refuse_stale(root: Path, changes: Sequence[FileChange]) -> None:
    """Raise ConflictError if a file that is to stay has changed since the run read it.

    Another run may have written it and its record in between: this run would mix an old and a new
    file.
    """
    problems = []
    for change in changes:
        if change.action != "unchanged":
            continue
        with blame(change.path):
            target = _target(root, change.path)
            status = None if target is None else files.lstat(target)
            # Anything but a file was refused when it was read, or appeared later.
            plain = target is not None and status is not None and files.is_file(status)
            if (files.read(target) if plain and target else None) != change.before:
                problems.append(conflict(change.path))
    _raise(problems)


def _raise(problems: Sequence[Problem]) -> None:
    if problems and all(problem.code == _CONFLICT for problem in problems):
        raise ConflictError(problems)
    if problems:
        raise UnsafeError(problems)


def _target(root: Path, path: str) -> Path | None:
    """Return the real location of ``path``, None if it is not below ``root``."""
    pure = PurePosixPath(path)
    odd = not pure.parts or ".." in pure.parts or "\\" in path or "\0" in path
    if odd or pure.is_absolute() or PurePath(path).drive:
        return None
    # The last part is not resolved: a symbolic link there is refused later, by its kind.
    parent = files.resolve((root / path).parent)
    return parent / pure.name if parent.is_relative_to(root) else None


def _place_problem(root: Path, change: FileChange, target: Path | None) -> Problem | None:
    if target is None:
        hint = "nothing outside it is ever written"
        return _unsafe(change.path, "outside-project", "is outside the project", hint)
    status = files.lstat(target)
    if status is not None:
        odd = _kind_problem(change.path, status)
        if odd is not None:
            return odd
    # The file was saved after this run had read it.
    if (None if status is None else files.read(target)) != change.before:
        return conflict(change.path)
    if status is not None and not (status.st_mode & stat.S_IWUSR and files.can_write(target)):
        hint = f"make it writable, for example: chmod u+w {change.path}"
        return _unsafe(change.path, "read-only", "is read-only", hint)
    return _folder_problem(root, change.path, target)


def _kind_problem(path: str, status: os.stat_result) -> Problem | None:
    if stat.S_ISLNK(status.st_mode):
        return _unsafe(path, "symbolic-link", "is a symbolic link", "replace it with a real file")
    if not stat.S_ISREG(status.st_mode):
        return _unsafe(path, "not-a-file", "is not a regular file", "move it away")
    return None


def _folder_problem(root: Path, path: str, target: Path) -> Problem | None:
    folder = target.parent
    status = files.lstat(folder)
    while status is None and folder != root:
        folder = folder.parent
        status = files.lstat(folder)
    shown = folder.relative_to(root).as_posix()
    if status is None or not stat.S_ISDIR(status.st_mode):
        return _unsafe(
            path, "not-a-folder", f"cannot be created: {shown} is not a folder", "move it away"
        )
    if not files.can_write(folder):
        return _unsafe(
            path,
            "read-only",
            f"cannot be written: the folder {shown} is read-only",
            "check its permissions",
        )
    return None


def _missing_folders(root: Path, target: Path) -> list[str]:
    missing = []
    folder = target.parent
    while folder != root and files.lstat(folder) is None:
        missing.append(folder.relative_to(root).as_posix())
        folder = folder.parent
    return missing


def _digest(data: bytes | None) -> str | None:
    return None if data is None else digest(data)


def conflict(path: str) -> Problem:
    """Return the problem of a ``path`` that changed during the run."""
    message = f"{path} was changed while signalgen was running; run again"
    return Problem(path, 0, 0, "", _CONFLICT, message, "nothing was written")


def _unsafe(path: str, code: str, message: str, hint: str = "") -> Problem:
    return Problem(path, 0, 0, "", code, f"{path} {message}", hint)


def _syntax(line: int, column: int, message: str) -> Problem:
    return Problem(
        "",
        line,
        column,
        "",
        "would-not-parse",
        f"the new text would not parse: {message}",
        "nothing was written",
    )
