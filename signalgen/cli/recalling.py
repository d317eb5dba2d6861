"""Notes an answer, so that the next one needs only file times. Entry: ``recall``."""

from __future__ import annotations

import os
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from signalgen.cli.view import Format
from signalgen.fastpath import YOUNG_NS, content
from signalgen.project.walk import config_files, looked_at, python_files
from signalgen.project.watching import watch_root
from signalgen.screening import screened
from signalgen.values.watch import UNHASHED, Watch
from signalgen.write import remember_unchanged

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from signalgen.cli.outcome import Outcome
    from signalgen.cli.view import View
    from signalgen.project.survey import Survey


def recall(
    origin: tuple[str, int],
    survey: Survey,
    outcome: Outcome,
    view: View,
    paths: Sequence[str],
    extra: Sequence[str] = (),
) -> bool:
    """Note the output and exit code of a command on ``survey``; return whether that worked.

    ``outcome`` is shown without colours. ``origin`` is the key of the call and the start of the
    process; ``paths`` are the paths given, ``extra`` further files that were read.
    """
    text, notes = _said(outcome, view)
    start = Path(paths[0]) if paths else Path.cwd()
    named = [*extra, *(os.path.abspath(path) for path in paths)]  # noqa: PTH100 - links stay
    return _noted(origin, survey, named, start, (text, notes), int(outcome.code))


def _said(outcome: Outcome, view: View) -> tuple[str, str]:
    """Return the output on stdout and stderr if those are not terminals."""
    from signalgen.cli.jsonout import as_json
    from signalgen.cli.problems import problem_text
    from signalgen.cli.summary import shown_text

    if view.format is Format.json:
        return as_json(outcome, {}), ""
    notes = "".join(problem_text(note, "note", colour=False) for note in outcome.notes)
    return shown_text(outcome), "" if view.quiet else screened(notes)


def _noted(
    origin: tuple[str, int],
    survey: Survey,
    extra: Sequence[str],
    start: Path,
    said: tuple[str, str],
    code: int,
) -> bool:
    key, started = origin
    root = survey.sources.root
    folders, absent = looked_at(root)
    try:
        above = watch_root(start)
        files = {
            path: _known(path, started)
            for path in dict.fromkeys([*_read(survey), *extra, *_program()])
        }
    except (OSError, ValueError):
        return False
    search = [path for path in sys.path if path]
    there = [path for path in search if Path(path).is_dir()]
    watch = Watch(
        {**files, **above.files},
        tuple(
            dict.fromkeys([*folders, *there, str(Path(__file__).parents[1] / "check" / "rules")])
        ),
        tuple(
            dict.fromkeys(
                [*absent, *above.absent, *(path for path in search if not os.path.lexists(path))]
            )
        ),
        (str(root),),
    )
    return remember_unchanged(key, watch, *said, partial(_still, survey), code)


def _still(survey: Survey) -> bool:
    root = survey.sources.root
    return (
        python_files(root) == survey.sources.paths and config_files(root) == survey.sources.configs
    )


def _read(survey: Survey) -> Iterator[str]:
    # Absolute paths of the files that were read. For the others, mostly tests and migrations, only
    # the names matter, which the folders cover.
    root = str(survey.sources.root)
    for path in (
        *filter(survey.sources.read.__contains__, survey.sources.paths),
        *survey.sources.configs.values(),
    ):
        yield os.path.join(root, path)  # noqa: PTH118 - "../" stays


def _program() -> Iterator[str]:
    # The files of Python itself are covered by its version.
    library = str(Path(os.__file__).parent) + os.sep
    for module in list(sys.modules.values()):
        path = getattr(module, "__file__", None)
        if path and ("-packages" in path or not path.startswith(library)):
            yield path


def _known(path: str, started: int) -> str:
    # The times identify a file that is older than this run, a hash any other.
    status = Path(path).stat()
    if max(status.st_mtime_ns, status.st_ctime_ns) < started - YOUNG_NS:
        return UNHASHED
    if max(status.st_mtime_ns, status.st_ctime_ns) >= started:
        # It may have changed since it was read.
        raise ValueError(path)
    return content(path)
