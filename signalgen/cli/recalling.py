"""A check is noted with everything that its report hung on, so that the next one is answered from file times alone."""

from __future__ import annotations

import os
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from signalgen.fastpath import YOUNG_NS, digest
from signalgen.project.walk import config_files, looked_at, python_files
from signalgen.project.watching import watch_root
from signalgen.values.watch import UNHASHED, Watch
from signalgen.write import remember_unchanged

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from signalgen.project.survey import Survey


def recall(
    origin: tuple[str, int],
    survey: Survey,
    extra: Sequence[str],
    start: Path,
    said: tuple[str, str],
    code: int,
) -> bool:
    """Note what a check of ``survey`` printed (``said``: stdout and stderr) and its exit code; tell whether that was done.

    ``origin`` are the key of the call and the start of the process; ``extra`` are further files that were read; ``start`` is where
    the project was looked for.
    """
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
    """Yield the absolute paths of the files that the report hung on: those that were read.

    Of the others, tests and migrations mostly, no more than the names count, which the folders tell.
    """
    root = str(survey.sources.root)
    for path in (
        *filter(survey.sources.read.__contains__, survey.sources.paths),
        *survey.sources.configs.values(),
    ):
        yield os.path.join(root, path)  # noqa: PTH118 - "../" stays


def _program() -> Iterator[str]:
    """Yield the files of signalgen and of the libraries in use; those of Python itself are as good as its version."""
    library = str(Path(os.__file__).parent) + os.sep
    for module in list(sys.modules.values()):
        path = getattr(module, "__file__", None)
        if path and ("-packages" in path or not path.startswith(library)):
            yield path


def _known(path: str, started: int) -> str:
    """Return what a file is known by: nothing but its times when it is older than this run, else the hash of its bytes."""
    status = Path(path).stat()
    if max(status.st_mtime_ns, status.st_ctime_ns) < started - YOUNG_NS:
        return UNHASHED
    if max(status.st_mtime_ns, status.st_ctime_ns) >= started:
        raise ValueError(path)  # it may have changed since it was read
    return digest(Path(path).read_bytes())
