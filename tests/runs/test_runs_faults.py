"""P6 over whole commands: whichever file-system call fails, and wherever the process dies, the next run puts it right.

``make faults`` strikes every call; the suite a few of each.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
VERBS = ("new", "update", "remove", "fix", "baseline")
FAILURES = ("ENOSPC", "EACCES", "EIO")
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="dying without a trace needs fork")


def strike(*words: object, harness: str = "runs_faults.py") -> list[dict]:
    """Run the harness as a script, single-threaded as forking wants it."""
    done = subprocess.run(
        [sys.executable, "-W", "error", str(HERE / harness), *map(str, words)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(HERE.parents[1]), str(HERE)])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def hold(rows: list[dict], kind: str) -> None:
    """Say of every struck call that the run ended in a known way and that the next one led to the right tree."""
    assert [row for row in rows if row["repaired"] != "new"] == []
    if kind == "kill":
        assert {row["code"] for row in rows} == {77}
        return
    assert {row["code"] for row in rows} <= {0, 4}, [
        row for row in rows if row["code"] not in (0, 4)
    ]
    assert [row for row in rows if row["code"] == 4 and row["after"] != "old"] == []
    whole = [row for row in rows if "cannot be read, so it was skipped" not in row["text"]]
    assert [row for row in whole if row["code"] == 0 and not row["after"].startswith("new")] == []


@pytest.mark.parametrize(("verb", "kind"), [("new", "kill"), ("update", "EIO")])
def test_some_calls(verb, kind):
    rows = strike(verb, kind, 23)
    assert len(rows) > (8 if verb in ("new", "update", "remove") else 3)
    hold(rows, kind)


@pytest.mark.faults
@pytest.mark.parametrize("kind", ("kill", *FAILURES))
@pytest.mark.parametrize("verb", VERBS)
def test_every_call(verb, kind):
    rows = strike(verb, kind, 1)
    assert [row["call"] for row in rows] == list(range(len(rows)))
    assert len(rows) > (200 if verb in ("new", "update", "remove") else 80), "reading and writing"
    calls = {"scandir", "open", "write", "fsync", "close", "mkdir", "unlink"}
    assert {row["name"].split()[0] for row in rows} >= calls
    hold(rows, kind)


@pytest.mark.faults
@pytest.mark.parametrize("kind", ("kill", *FAILURES))
@pytest.mark.parametrize("verb", ["new", "check"])
def test_every_call_on_the_caches(verb, kind):
    """A cache that cannot be had is no error, and what is left of one misleads nobody."""
    rows = strike(verb, kind, harness="runs_caches.py")
    assert len(rows) > 4
    assert [row for row in rows if not (row["struck"] and row["next"] and row["tree"])] == []
