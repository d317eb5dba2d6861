"""How much work a command does: the functions that it calls are counted, nothing is timed."""

from __future__ import annotations

import contextlib
import io
import sys
from typing import TYPE_CHECKING

from bounds_kit import PROJECT, project

from signalgen.__main__ import main

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

READY = PROJECT["orders/apps.py"] + "\n    def ready(self):\n        from . import receivers\n"


def calls(root: Path, *words: str) -> int:
    """Return how many functions the command calls, or resumes, in the project at ``root``."""
    count = 0

    def counted(_frame: object, event: str, _arg: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        sys.setprofile(counted)
        try:
            code = main([*words, "--project", str(root)])
        finally:
            sys.setprofile(None)
    assert code in (0, 1), said.getvalue()
    return count


def growth(folder: Path, files: Callable[[int], dict[str, str]], size: int, *words: str) -> float:
    """Return how the work grows from ``size`` to twice and to four times as much.

    It is what the second step takes, in what the first one takes: 2 for what is linear, 4 for a
    square.
    """
    calls(project(folder / "first", files(1)), *words)
    small, middle, large = (
        calls(project(folder / str(times), files(size * times)), *words) for times in (1, 2, 4)
    )
    return (large - middle) / (middle - small)
