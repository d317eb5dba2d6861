"""Notes a run that changed nothing, with everything that its outcome depended on.

``remember(...)`` is the entry; the next such run is answered from the note.
"""

from __future__ import annotations

import os
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from signalgen.cli.inputs import STDIN
from signalgen.cli.summary import unchanged_text
from signalgen.errors import ExitCode
from signalgen.fastpath import YOUNG_NS, content, digest
from signalgen.late import dataclass
from signalgen.packaged import template_folder
from signalgen.project import still_there, watch_project, watch_root
from signalgen.values.watch import Watch
from signalgen.write import pending, remember_unchanged

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from signalgen.cli.outcome import Outcome
    from signalgen.cli.view import View
    from signalgen.values.change import Result
    from signalgen.values.project import Project
    from signalgen.values.spec import Spec


@dataclass(frozen=True, slots=True)
class Invocation:
    """How a command was called, so that the same call can be recognised.

    ``key`` identifies its words and folder, ``started`` is the start of the process in nanoseconds,
    ``view`` how it prints.
    """

    key: str
    started: int
    view: View


def remember(
    call: Invocation, outcome: Outcome, specs: Sequence[Spec], project: Project, result: Result
) -> None:
    """Note what ``outcome`` depended on if it changed nothing.

    Projects with their own templates or recipes are never noted, because these are not watched.
    """
    done = outcome.code is ExitCode.OK and not outcome.changed
    own = project.settings.templates or project.settings.recipes
    if not done or own or any(spec.source == STDIN for spec in specs):
        return
    try:
        parts = [
            watch_project(project),
            _watch_unread(project, call.started),
            watch_root(Path.cwd()),
            _watch_targets(result),
            _watch_specs(specs),
            _watch_program(project, call.started),
        ]
    except (OSError, ValueError):
        return
    out, err = unchanged_text(outcome, call.view)
    remember_unchanged(call.key, _together(parts), out, err, partial(_still, project))


def _still(project: Project) -> bool:
    return still_there(project) and not pending(Path(project.root))


def _together(parts: Sequence[Watch]) -> Watch:
    # A file that two parts read differently is no error here: it prevents a note.
    files: dict[str, str | None] = {}
    for part in parts:
        for path, known in part.files.items():
            files[path] = known if files.get(path, known) == known else ""
    return Watch(
        files,
        tuple(dict.fromkeys(path for part in parts for path in part.folders)),
        tuple(dict.fromkeys(path for part in parts for path in part.absent)),
        tuple(dict.fromkeys(path for part in parts for path in part.real)),
    )


def _watch_unread(project: Project, started: int) -> Watch:
    # Files that reading the project skipped: a later stage may have read them.
    unread = (path for path in project.files if path not in project.texts)
    root = project.root
    return Watch(
        {
            path: _older(path, started)
            for path in (os.path.join(root, name) for name in unread)  # noqa: PTH118 - many files
        }
    )


def _watch_targets(result: Result) -> Watch:
    # The files that were compared, the folders above them, and signalgen's own folder.
    root = Path(result.root)
    files = {
        str(root / change.path): None if change.before is None else digest(change.before)
        for change in result.files
    }
    own = root / ".signalgen"
    folders = {
        str(own): own,
        **{str(folder): folder for path in files for folder in _between(root, Path(path))},
    }
    there = tuple(path for path, folder in folders.items() if folder.is_dir())
    return Watch(files, there, () if own.is_dir() else (str(own),))


def _between(root: Path, path: Path) -> Iterator[Path]:
    return (folder for folder in path.parents if folder != root and folder.is_relative_to(root))


def _watch_specs(specs: Iterable[Spec]) -> Watch:
    paths = {str(Path(spec.file).absolute()): spec.digest for spec in specs}
    return Watch(paths, real=tuple(str(Path(path).parent) for path in paths))


def _watch_program(project: Project, started: int) -> Watch:
    # The code that ran: signalgen, its templates, the libraries it loaded, and their search
    # folders.
    templates = template_folder()
    folders = [templates, templates / "recipes"]
    own = sorted(str(path) for folder in folders for path in folder.iterdir() if path.is_file())
    files = [*_loaded(), *own]
    tool, missing = _ruff() if project.settings.formatter == "ruff" else (None, [])
    files += [tool] if tool else []
    search = [path for path in sys.path if path]
    return Watch(
        {path: _older(path, started) for path in files},
        (*map(str, folders), *(path for path in search if Path(path).is_dir())),
        (*missing, *(path for path in search if not os.path.lexists(path))),
    )


def _older(path: str, started: int) -> str:
    # Hashes a file that has not changed since this process began; raises ValueError when unsure.
    status = Path(path).stat()
    if max(status.st_mtime_ns, status.st_ctime_ns) >= started - YOUNG_NS:
        raise ValueError(path)
    return content(path)


def _loaded() -> list[str]:
    # The modules of Python itself are covered by its version.
    library = str(Path(os.__file__).parent) + os.sep
    found = [getattr(module, "__file__", None) for module in list(sys.modules.values())]
    return sorted(
        {path for path in found if path and ("-packages" in path or not path.startswith(library))}
    )


def _ruff() -> tuple[str | None, list[str]]:
    # The ruff that runs, and the places where none was found.
    missing: list[str] = []
    for folder in (str(Path(sys.executable).parent), *os.get_exec_path()):
        if not Path(folder).is_absolute():
            continue
        tool = Path(folder) / ("ruff.exe" if sys.platform == "win32" else "ruff")
        if os.access(tool, os.X_OK):
            return str(tool), missing
        missing.append(str(tool))
    return None, missing
