"""Shows progress on a terminal if the work takes longer than a second."""

from __future__ import annotations

import sys
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from signalgen.cli.console import is_terminal, write_err

if TYPE_CHECKING:
    from collections.abc import Iterator

_PATIENCE = 1.0
_TICK = 0.5


@contextmanager
def progress(what: str, *, quiet: bool) -> Iterator[None]:
    """Show ``what`` and the seconds so far on stderr while the body runs.

    Only on a terminal, and only if it takes long.
    """
    if quiet or not is_terminal(sys.stderr):
        yield
        return
    done = threading.Event()
    ticker = threading.Thread(target=_tick, args=(what, done), daemon=True)
    ticker.start()
    try:
        yield
    finally:
        done.set()
        ticker.join()


def _tick(what: str, done: threading.Event) -> None:
    start = time.monotonic()
    if done.wait(_PATIENCE):
        return
    while not done.is_set():
        write_err(f"\r{what} ... {time.monotonic() - start:.0f} s", raw=True)
        done.wait(_TICK)
    write_err(f"\r{' ' * (len(what) + 12)}\r", raw=True)
