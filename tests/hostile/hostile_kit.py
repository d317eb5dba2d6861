"""The command line in a process of its own that need not start Python first: ``forked``."""

from __future__ import annotations

import contextlib
import io
import os
import signal
import sys
import tempfile
import time
import warnings
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from signalgen.__main__ import main
from signalgen.cli.plain import run

if TYPE_CHECKING:
    from collections.abc import Callable

SECONDS = 30
"""Far more than any case takes: it only ends what would never end."""


class Done(NamedTuple):
    """How a command ended: the exit code, and what it printed."""

    code: int
    out: bytes
    err: bytes

    @property
    def said(self) -> str:
        return (self.out + self.err).decode("utf-8", "replace")


def forked(
    folder: Path,
    *words: object,
    before: Callable[[], object] = lambda: None,
    stdin: BinaryIO | None = None,
    stdout: BinaryIO | None = None,
    **variables: str,
) -> Done:
    """Run signalgen in ``folder`` as a user does, after ``before`` has changed what the process may do."""
    with (
        open(os.devnull, "rb") as nothing,
        tempfile.TemporaryFile() as out,
        tempfile.TemporaryFile() as err,
    ):
        streams = [(stdin or nothing).fileno(), (stdout or out).fileno(), err.fileno()]
        _warm()
        child = _fork()
        if child == 0:
            _become(folder, [str(word) for word in words], before, streams, variables)
        code = _ended(child, words)
        out.seek(0)
        err.seek(0)
        return Done(code, out.read(), err.read())


@cache
def _warm() -> None:
    # What a child would import, all of them have.
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
        Path(folder, "manage.py").touch()
        Path(folder, "one").mkdir()
        Path(folder, "one", "__init__.py").touch()
        Path(folder, "one", "models.py").write_text("import django.db.models.signals\n")
        Path(folder, "spec.yaml").write_text("app: one\nsignals: [{name: paid, args: {n: int}}]\n")
        for words in (["check", "--no-cache", "--fix"], ["new", "--spec", f"{folder}/spec.yaml"]):
            assert run([*words, "--project", folder]) == 0


def _fork() -> int:
    with warnings.catch_warnings():
        # The threads of the test runner hold no lock that the child needs.
        warnings.simplefilter("ignore", DeprecationWarning)
        return os.fork()


def _ended(child: int, words: tuple[object, ...]) -> int:
    ends = time.monotonic() + SECONDS
    pause = 0.001
    while time.monotonic() < ends:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(pause)
        pause = min(2 * pause, 0.01)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    raise AssertionError(f"{words} did not end")


def _become(
    folder: Path,
    words: list[str],
    before: Callable[[], object],
    streams: list[int],
    variables: dict[str, str],
) -> None:
    code = 99
    try:
        for descriptor, stream in enumerate(streams):
            os.dup2(stream, descriptor)
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
        os.environ.update(variables)
        os.chdir(folder)
        before()
        code = main(words)
        for stream in (sys.stdout, sys.stderr):
            # A full disk has been told already.
            with contextlib.suppress(OSError):
                stream.flush()
    except BaseException as error:  # noqa: BLE001 - the test shows it
        os.write(2, f"the child failed: {error!r}".encode())
        code = 99
    finally:
        os._exit(code)
