"""How much work a command does: the functions that it calls are counted, nothing is timed."""

from __future__ import annotations

import contextlib
import io
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bounds_kit import PROJECT, project

from signalgen.__main__ import main

if TYPE_CHECKING:
    from collections.abc import Callable

READY = PROJECT["orders/apps.py"] + "\n    def ready(self):\n        from . import receivers\n"


def run(root: Path, *words: str) -> None:
    """Run the command in the folder ``root``."""
    said, here = io.StringIO(), Path.cwd()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        os.chdir(root)
        try:
            code = main([*words])
        finally:
            os.chdir(here)
    assert code in (0, 1), said.getvalue()


def calls(root: Path, *words: str) -> int:
    """Return how many functions the command calls, or resumes, in the folder ``root``."""
    count = 0

    def counted(_frame: object, event: str, _arg: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    # What an earlier call has compiled would be missing here.
    re.purge()
    sys.setprofile(counted)
    try:
        run(root, *words)
    finally:
        sys.setprofile(None)
    return count


def growth(
    folder: Path,
    files: Callable[[int], dict[str, str]],
    size: int,
    *commands: tuple[str, ...],
) -> float:
    """Return how the work of the last command grows from ``size`` to twice and to four times it.

    It is what the second step takes, in what the first one takes: 2 for what is linear, 4 for a
    square. The commands before the last are only run.
    """
    *before, last = commands
    # The first one fills the caches that all of them share; counting makes a command three times as slow.
    run(project(folder / "1", files(1)), *last)
    found = []
    for count in (size, 2 * size, 4 * size):
        root = project(folder / str(count), files(count))
        for words in before:
            run(root, *words)
        found.append(calls(root, *last))
    small, middle, large = found
    return (large - middle) / (middle - small)
