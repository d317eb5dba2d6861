"""Reads single files of the project and refuses any that is unsafe to write: ``read_file(...)``."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from signalgen.bounded import UnfitFileError, read_regular
from signalgen.errors import Problem, UnsafeError, UsageError

_RECORDS = ".signalgen"
TYPE_CHECKING = False
if TYPE_CHECKING:
    from signalgen.values.project import Project


def find_root(start: Path) -> Path | None:
    """Return the nearest folder from ``start`` upwards with manage.py, else pyproject.toml.

    If manage.py is one folder below the only pyproject.toml of its repository, such as in ``src``,
    it is the folder of that pyproject.toml: the same project from both folders.

    ``start`` may be a file or folder, existing or not. The result is absolute, None if not found.
    """
    _, marker = markers(start)
    return marker.parent if marker is not None else None


def markers(start: Path) -> tuple[list[Path], Path | None]:
    """Return the places where ``find_root`` finds nothing, and the file that marks the root."""
    # resolve() would follow links out of the project.
    here = Path(os.path.abspath(start))  # noqa: PTH100
    missing: list[Path] = []
    for name in ("manage.py", "pyproject.toml"):
        for folder in (here, *here.parents):
            if (folder / name).is_file():
                looked, outer = _outer(folder) if name == "manage.py" else ([], None)
                return [*missing, *looked], outer or folder / name
            missing.append(folder / name)
    return missing, None


def project_of_manage(folder: Path) -> Path:
    """Return the project's folder for the folder of a manage.py, whatever its name."""
    _, outer = _outer(folder)
    return outer.parent if outer is not None else folder


def _outer(folder: Path) -> tuple[list[Path], Path | None]:
    """Return the missing markers and the pyproject.toml above, for a project around ``folder``.

    None if the folder is already a project itself, or is one of several.
    """
    above = folder.parent
    marker = above / "pyproject.toml"
    if not (folder.name == "src" or (above / ".git").exists()) or not marker.is_file():
        return [], None
    own = [folder / "pyproject.toml", folder / _RECORDS]
    if any(path.exists() for path in own):
        return [], None
    try:
        others = [
            path / "manage.py" for path in above.iterdir() if path.is_dir() and path != folder
        ]
    except OSError:
        return [], None
    if any(path.is_file() for path in [above / "manage.py", *others]):
        return [], None
    return [*own, above / "manage.py", *others], marker


def read_file(
    root: Path, relative: str, texts: dict[str, bytes | None] | None = None
) -> bytes | None:
    """Return the bytes of a file of the project, None if there is no such file.

    ``relative`` is a path below ``root`` with forward slashes. ``texts`` caches by path what a run
    has read, so that the whole run sees one state of a file. Raises UnsafeError if the path leads
    out of the project, through or to a symbolic link, to something other than a regular file, or to
    a file that may not be read.
    """
    parts = _parts(relative)
    path = "/".join(parts)
    there = _is_there(root, parts, relative)
    if texts is None:
        return _bytes_of(root, path, relative) if there else None
    if path not in texts:
        texts[path] = _bytes_of(root, path, relative) if there else None
    return texts[path]


def file_of(project: Project, path: str) -> bytes | None:
    """Return the bytes of a file of ``project``, read at most once per run; see ``read_file``."""
    return read_file(Path(project.root), path, project.texts)


def folder_inside(root: Path, name: str, setting: str, hint: str) -> Path:
    """Return the folder ``name``, which the project's own ``setting`` names, below ``root``.

    A repository must not expose files outside itself: raises UsageError, with ``hint``, if an
    absolute path, ``..`` or a link leads out of the project. The folder need not exist.
    """
    if not leads_inside(root, root / name):
        message = f"the folder of {setting} is outside the project"
        where = f"tool.signalgen.{setting}"
        raise UsageError(Problem(name, 0, 0, where, "outside-project", message, hint))
    return root / name


def leads_inside(root: Path, path: Path) -> bool:
    """Return whether ``path`` is in the folder ``root`` after following all links."""
    try:
        return path.resolve().is_relative_to(root.resolve())
    except (OSError, RuntimeError, ValueError):
        # A cycle of links or a null byte: it leads nowhere.
        return False


def recorded(project: Project) -> list[str]:
    """Return the names of the apps with a record in ``.signalgen``, sorted."""
    folder = Path(project.root, _RECORDS)
    try:
        names = [entry.name for entry in os.scandir(folder) if entry.is_file(follow_symlinks=False)]
    except OSError:
        return []
    return sorted(name.removesuffix(".json") for name in names if name.endswith(".json"))


def _is_there(root: Path, parts: list[str], relative: str) -> bool:
    here = Path(root)
    for index, part in enumerate(parts):
        here = here / part
        try:
            mode = here.lstat().st_mode
        except (FileNotFoundError, NotADirectoryError):
            return False
        except OSError as error:
            raise _unsafe(
                relative, "unreadable", f"{here.name} cannot be read: {error.strerror}"
            ) from error
        _check(relative, "/".join(parts[: index + 1]), mode, last=index == len(parts) - 1)
    return True


def _bytes_of(root: Path, path: str, relative: str) -> bytes:
    try:
        return read_regular(root / path)
    except UnfitFileError as error:
        message = f"{relative} cannot be read: {error.strerror}"
        raise _unsafe(relative, error.code, message) from error
    except OSError as error:
        message = f"{relative} cannot be read: {error.strerror}"
        raise _unsafe(
            relative, "unreadable", message, "give yourself read permission for it"
        ) from error


def _parts(relative: str) -> list[str]:
    parts = relative.replace("\\", "/").split("/") if os.sep == "\\" else relative.split("/")
    clean = [part for part in parts if part not in ("", ".")]
    if (
        ".." in clean
        or relative.startswith("/")
        or "\0" in relative
        or Path(relative).is_absolute()
        or not clean
    ):
        message = f"{relative!r} is outside the project"
        raise _unsafe(
            relative, "outside-project", message, "give a path below the project's folder"
        )
    return clean


def _check(relative: str, reached: str, mode: int, *, last: bool) -> None:
    if stat.S_ISLNK(mode):
        message = f"{reached} is a symbolic link, and signalgen does not write through links"
        raise _unsafe(
            relative,
            "symlink",
            message,
            "run signalgen on the project that the real file belongs to",
        )
    if last and stat.S_ISDIR(mode):
        raise _unsafe(
            relative,
            "directory",
            f"{relative} is a folder where a file is needed",
            "rename the folder",
        )
    if last and not stat.S_ISREG(mode):
        raise _unsafe(relative, "not-a-file", f"{relative} is not a regular file")
    if not last and not stat.S_ISDIR(mode):
        raise _unsafe(
            relative,
            "not-a-folder",
            f"{reached} is a file where a folder is needed",
            "rename the file",
        )


def _unsafe(file: str, code: str, message: str, hint: str = "") -> UnsafeError:
    return UnsafeError(Problem(file, 0, 0, "", code, message, hint))
