"""Lets every file-system call on the user's cache folder fail, or the process die before it, one at a time.

Run as a script. A cache is a convenience: whatever happens to it, a run ends as it would, and the next one as well.
"""

from __future__ import annotations

import contextlib
import errno
import io
import json
import os
import re
import shutil
import sys
import tempfile
import time
from pathlib import Path

import runs_faults
from runs_faults import KILLED, SPEC, WITH_FINDINGS, Calls, die, fail
from runs_kit import build, contents, remembered, tree

from signalgen.__main__ import main as command
from signalgen.write import files

COMMANDS = {"new": ("new", "--spec", "{spec}"), "check": ("check",)}
Row = dict[str, object]


def run(words: list[str]) -> tuple[int, str]:
    """Run a command as its script does, caches included: its exit code, and what it printed but for the time taken."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="") for _ in range(2))
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = command(words)
    for stream in (out, err):
        stream.flush()
    said = out.buffer.getvalue().decode() + err.buffer.getvalue().decode()
    return code, re.sub(r"( in \d+ files?), .*", r"\1", said)


def in_child(cache: Path, words: list[str], strike) -> tuple[int, str]:
    said = cache.parent / "said"
    child = os.fork()
    if child == 0:
        code, text = 99, ""
        try:
            with Calls(cache, strike):
                code, text = run(words)
        except BaseException as error:  # noqa: BLE001 - whatever it was must reach the parent
            text = repr(error)
        said.write_text(text)
        os._exit(code)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return code, said.read_text() if code != KILLED else ""


def settle(root: Path) -> None:
    """Make the files old enough for a note about them."""
    before = time.time() - 60
    for path in (root, *root.rglob("*")):
        os.utime(path, (before, before))


def faults(verb: str, kind: str) -> list[Row]:
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder, remembered():
        cache, spec = Path(folder, "cache"), Path(folder, "shop.yaml")
        spec.write_text(json.dumps(SPEC))
        root = build(Path(folder, "project"), WITH_FINDINGS)
        words = [word.format(spec=spec) for word in COMMANDS[verb]] + ["--project", str(root)]
        os.environ["XDG_CACHE_HOME"] = str(cache)
        run(words)
        settle(root)
        right, old = run(words), contents(tree(root))
        shutil.rmtree(cache)
        cache.mkdir()
        with Calls(cache, lambda *_: None) as counted:
            run(words)
        for number, name in enumerate(counted.names):
            shutil.rmtree(cache)
            cache.mkdir()
            strike = die(number) if kind == "kill" else fail(number, getattr(errno, kind))
            struck = in_child(cache, words, strike)
            rows.append(
                {
                    "call": number,
                    "name": name,
                    "struck": struck == right or struck[0] == KILLED,
                    "said": struck,
                    "next": run(words) == right and run(words) == right,
                    "tree": contents(tree(root)) == old,
                }
            )
    return rows


def main(verb: str, kind: str) -> None:
    files.sync = lambda _: None
    sys.stdout.write(json.dumps(faults(verb, kind)))


if __name__ == "__main__":
    assert runs_faults.KILLED
    main(*sys.argv[1:])
