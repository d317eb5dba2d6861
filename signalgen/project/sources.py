"""The project's files and their contents, each read lazily and once: ``make_sources(...)``."""

from __future__ import annotations

import os
from bisect import bisect_left
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from signalgen.bounded import UnfitFileError, read_regular
from signalgen.errors import Problem, UnsafeError
from signalgen.late import dataclass
from signalgen.project.files import leads_inside
from signalgen.project.walk import CLOSED

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator, Mapping, Sequence


class Unread(NamedTuple):
    """Why a file cannot be read: the code of a problem, the reason in words, the likely fix."""

    code: str
    reason: str
    hint: str = ""


NO_PERMISSION = Unread("unreadable", "Permission denied", "give yourself read permission for it")


@dataclass(frozen=True, slots=True)
class Sources:
    """The Python files of a project, sorted; ``overlay`` replaces files (None: deleted).

    ``configs`` maps the name of a configuration file to its path, which may be above the root if
    the project is a folder in a repository. ``texts`` caches the files on disk, None for a missing
    one, and a run passes it from reader to reader; ``read`` caches them as seen here, ``parsed``
    their views, ``locked`` says why files cannot be read. Nothing else in this value changes.
    """

    root: Path
    paths: tuple[str, ...]
    overlay: Mapping[str, bytes | None] = field(default_factory=dict)
    configs: Mapping[str, str] = field(default_factory=dict)
    texts: dict[str, bytes | None] = field(default_factory=dict)
    read: dict[str, bytes] = field(default_factory=dict)
    locked: dict[str, Unread] = field(default_factory=dict)

    def data(self, path: str) -> bytes:
        """Return the bytes of a file below the root, empty if it is missing or cannot be read.

        Raises OSError if the disk fails.
        """
        known = self.read.get(path)
        if known is None:
            known = self.read[path] = self._load(path)
        return known

    def text(self, path: str) -> str:
        """Return a file as text without its BOM, for the formats other than Python."""
        return self.data(path).decode("utf-8-sig", "replace")

    def config(self, name: str) -> str:
        """Return the text of a configuration file by its name, empty if there is none."""
        path = self.configs.get(name)
        return self.text(path) if path is not None else ""

    def hides_code(self) -> bool:
        """Tell whether there is, or may be, Python code that cannot be read."""
        return any(path not in self.configs.values() for path in self.locked)

    def below(self, folder: str) -> Iterator[str]:
        """Yield the Python files below ``folder``, relative to the root (``"."`` for all)."""
        return self.starting("" if folder == "." else f"{folder}/")

    def starting(self, prefix: str) -> Iterator[str]:
        """Yield the Python files whose paths start with ``prefix``."""
        for index in range(bisect_left(self.paths, prefix), len(self.paths)):
            if not self.paths[index].startswith(prefix):
                return
            yield self.paths[index]

    def has(self, path: str) -> bool:
        """Return whether there is a Python file at ``path``."""
        index = bisect_left(self.paths, path)
        return index < len(self.paths) and self.paths[index] == path

    def has_below(self, folder: str) -> bool:
        """Return whether there is a Python file anywhere below ``folder``."""
        return next(iter(self.below(folder)), None) is not None

    def containing(self, *needles: bytes) -> Iterator[str]:
        """Yield the Python files that contain one of ``needles``."""
        return (path for path in self.paths if any(needle in self.data(path) for needle in needles))

    def matching(self, pattern: re.Pattern[bytes], needle: bytes) -> Iterator[str]:
        """Yield the Python files in which ``pattern`` is found; every match contains ``needle``."""
        for path in self.paths:
            data = self.data(path)
            if needle in data and pattern.search(data):
                yield path

    def _load(self, path: str) -> bytes:
        if path in self.overlay:
            return self.overlay[path] or b""
        data = self.texts.get(path)
        if data is None and path not in self.texts:
            data = self._open(path)
        # All readers search for lines that end with LF; replacing a CR moves no offset.
        return b"" if data is None else data if b"\n" in data else data.replace(b"\r", b"\n")

    def _open(self, path: str) -> bytes | None:
        # A Path for each of thousands of files takes longer than reading it.
        file = os.path.join(self.root, path)  # noqa: PTH118
        try:
            if (
                self.has(path)
                and os.path.islink(file)  # noqa: PTH114
                and not leads_inside(self.root, Path(file))
            ):
                return None
            data = self.texts[path] = read_regular(file)
        except UnfitFileError as error:
            self.locked[path] = Unread(error.code, error.reason)
            return None
        except CLOSED as error:
            if isinstance(error, PermissionError):
                self.locked[path] = NO_PERMISSION
            return None
        except (ValueError, RuntimeError):
            return None
        return data


def make_sources(
    root: Path,
    paths: tuple[str, ...],
    overlay: Mapping[str, bytes | None],
    configs: Mapping[str, str],
    texts: dict[str, bytes | None] | None = None,
) -> Sources:
    """Return the Sources of ``root``: the files on disk with ``overlay`` laid over them.

    ``texts`` are files that were read before.
    """
    added = {path for path, data in overlay.items() if data is not None and path.endswith(".py")}
    gone = {path for path, data in overlay.items() if data is None}
    merged = tuple(sorted((set(paths) | added) - gone)) if overlay else paths
    return Sources(root, merged, overlay, configs, {} if texts is None else texts)


def refuse_locked(sources: Sources, folders: Sequence[str]) -> None:
    """Raise UnsafeError when something in, at or above one of ``folders`` cannot be read.

    A folder counts below every import root: an app in an unreadable folder was not found, but is
    not a new one.
    """
    problems = [
        Problem(path, 0, 0, "", why.code, f"{path} cannot be read: {why.reason}", why.hint)
        for path, why in sorted(sources.locked.items())
        if any(f"/{folder}/" in f"/{path}/" or folder.startswith(f"{path}/") for folder in folders)
    ]
    if problems:
        raise UnsafeError(problems)
