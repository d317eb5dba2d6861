"""Runs Python as ``subprocess.run`` does, in a fork of a process that has imported Django, Celery and black already.

These imports are more than half of what a run of a small project costs, and here they are paid once. A fork is a process of
its own for all else: its arguments, variables, folder and output are its own, and no module of a project was imported
before. Started as a script this file is the process that forks.
"""

from __future__ import annotations

import atexit
import json
import os
import runpy
import signal
import subprocess
import sys
import tempfile
import types
from functools import cache
from pathlib import Path

LONGEST = 300
"""Seconds after which a run is killed."""
BARE_PYTEST = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_PLUGINS": "pytest_django.plugin"}
"""Variables for pytest in a project: of the plugins that are installed here, pytest-django alone. Importing the others takes
five times as long as running the tests of a small project."""


def run(arguments: list[str], cwd: Path, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run ``python arguments`` in ``cwd`` with the variables ``env``: a script, ``-m`` or ``-c``."""
    if not hasattr(os, "fork"):
        words = [sys.executable, *arguments]
        return subprocess.run(words, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    with tempfile.TemporaryDirectory() as folder:
        outputs = [f"{folder}/out", f"{folder}/err"]
        code = _ask(json.dumps([arguments, str(cwd), env, outputs]))
        out, err = (Path(output).read_text(encoding="utf-8") for output in outputs)
    return subprocess.CompletedProcess([sys.executable, *arguments], code, out, err)


@cache
def _server() -> subprocess.Popen[str]:
    # One for each worker. Variables of the first test that asks are nobody's business.
    kept = {key: value for key, value in os.environ.items() if key in ("PATH", "HOME", "TMPDIR")}
    words = [sys.executable, "-B", __file__]
    server = subprocess.Popen(
        words, env=kept, cwd="/", stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    atexit.register(server.communicate)
    return server


def _ask(question: str) -> int:
    server = _server()
    assert server.stdin is not None and server.stdout is not None
    server.stdin.write(question + "\n")
    server.stdin.flush()
    return int(server.stdout.readline())


def _load() -> None:
    # No more than any project imports: django.test and contrib apps connect receivers.
    import asyncio
    import unittest.mock

    import black
    import celery.app.base
    import celery.app.task
    import django.core.management.commands.migrate
    import django.db.backends.sqlite3.base
    import django.db.migrations.executor
    import django.db.models

    assert all((asyncio, unittest.mock, black, celery, django))


def _serve() -> None:
    _load()
    questions, answers = os.fdopen(os.dup(0)), os.dup(1)
    os.dup2(os.open(os.devnull, os.O_RDWR), 0)
    for question in questions:
        pid = os.fork()
        if pid == 0:
            os.close(answers)
            _become(*json.loads(question))
            return
        _, status = os.waitpid(pid, 0)
        os.write(answers, f"{os.waitstatus_to_exitcode(status)}\n".encode())


def _become(arguments: list[str], cwd: str, env: dict[str, str], outputs: list[str]) -> None:
    # From here on the fork does what ``python arguments`` does.
    signal.alarm(LONGEST)
    for number, output in enumerate(outputs, 1):
        os.dup2(os.open(output, os.O_WRONLY | os.O_CREAT | os.O_APPEND), number)
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(env)
    places = [place for place in env.get("PYTHONPATH", "").split(os.pathsep) if place]
    sys.path[0:1] = ["" if arguments[0] == "-c" else cwd, *places]
    how, *rest = arguments
    if how == "-c":
        sys.argv = ["-c", *rest[1:]]
        sys.modules["__main__"] = main = types.ModuleType("__main__")
        exec(compile(rest[0], "<string>", "exec"), main.__dict__)
    elif how == "-m":
        sys.argv = rest
        runpy.run_module(rest[0], run_name="__main__", alter_sys=True)
    else:
        sys.argv = arguments
        runpy.run_path(how, run_name="__main__")


if __name__ == "__main__":
    _serve()
