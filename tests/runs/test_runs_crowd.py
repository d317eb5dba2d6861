"""Two commands at once, as ``runs_crowd`` lets them meet: no work of either is lost without a word.

``make faults`` switches at every file-system call of one pair and at many of the others; the suite at a few.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
EVERY = "new and new"
OTHERS = (
    "new again and new",
    "new that only takes note and new",
    "new and new that only takes note",
    "new and the same new",
    "new and remove",
    "remove and new",
    "remove and remove",
    "new and fix",
    "fix and new",
    "fix and fix",
    "baseline and fix",
    "fix and baseline",
    "baseline and baseline",
)
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="stopping a run needs fork")


def meet(pair: str, every: int) -> list[dict]:
    """Run the harness as a script, single-threaded as forking wants it."""
    done = subprocess.run(
        [sys.executable, "-W", "error", str(HERE / "runs_crowd.py"), pair, str(every)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(HERE.parents[1]), str(HERE)])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def hold(rows: list[dict]) -> None:
    """Say of every meeting that what is there is the work of all that did not refuse, and of nobody else."""
    assert [row for row in rows if not set(row["codes"]) <= {0, 1, 3, 4}] == []
    assert [row for row in rows if row["like"] == "lost"] == []
    assert [row for row in rows if row["then"] == "lost"] == []
    assert [row for row in rows if row["left"]] == []
    assert [row for row in rows if row["codes"][0] in (3, 4) and row["codes"][1] in (3, 4)] == []


@pytest.mark.parametrize("pair", [EVERY, "remove and new", "baseline and fix"])
def test_some_meetings(pair):
    rows = meet(pair, 47)
    assert len(rows) > 2
    hold(rows)


@pytest.mark.faults
def test_every_meeting():
    rows = meet(EVERY, 1)
    assert [row["call"] for row in rows] == list(range(len(rows)))
    assert len(rows) >= 200
    hold(rows)
    refused = [sum(row["codes"][turn] in (3, 4) for row in rows) for turn in (0, 1)]
    assert min(refused) > 20, "either finds the other in its way"


@pytest.mark.faults
@pytest.mark.parametrize("pair", OTHERS)
def test_many_meetings(pair):
    rows = meet(pair, 7)
    assert len(rows) > 10
    hold(rows)
