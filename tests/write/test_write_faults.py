"""P6: whatever call fails, and wherever the process dies, the tree is the old one or the new one."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from write_harness import (
    CHANGES,
    build,
    calls_of,
    fail_at,
    snapshot,
    without_times,
)

from signalgen.errors import UnsafeError
from signalgen.write import publish

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def trees(tmp_path_factory):
    """The old tree, the new tree, and the calls that lead from one to the other."""
    root = build(tmp_path_factory.mktemp("trees"))
    old = snapshot(root)
    names = calls_of(lambda: publish(root, CHANGES))
    return old, snapshot(root, times=False), names


def test_the_harness_reaches_every_phase(trees):
    old, new, names = trees
    assert without_times(old) != new
    assert {
        "create",
        "write",
        "sync",
        "replace",
        "remove",
        "make_folder",
        "remove_folder",
        "copy_mode",
    } <= set(names)
    assert not [path for path in new if "signalgen-" in path or "lock" in path or "journal" in path]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a lock goes with its process")
@pytest.mark.parametrize(
    "code",
    [
        errno.EACCES,
        pytest.param(errno.ENOSPC, marks=pytest.mark.slow),
        pytest.param(errno.EIO, marks=pytest.mark.slow),
    ],
    ids=errno.errorcode.get,
)
def test_one_failing_call_leaves_the_old_tree_or_the_new_one(code):
    rows = drive("once", code)
    refused = [row for row in rows if row["did"] == 1]
    assert len(refused) > 150
    assert [row for row in refused if (row["at once"], row["tree"]) != ("old", "old")] == []
    assert [row for row in rows if row["did"] == 0 and row["tree"] != "new"] == []
    assert {row["did"] for row in rows} == {0, 1}


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EACCES, "permission was denied"),
        (errno.EROFS, "read-only"),
    ],
    ids=str,
)
def test_a_refusal_names_the_file_and_the_reason(tmp_path, trees, code, words):
    root = build(tmp_path)
    staging = [number for number, name in enumerate(trees[2]) if name == "write"][2]
    with pytest.raises(UnsafeError) as caught, fail_at(staging, code):
        publish(root, CHANGES)
    (problem,) = caught.value.problems
    assert problem.file == "app/models.py"
    assert words in problem.message
    assert problem.hint


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="dying without a trace needs fork")
def test_a_kill_at_any_call_of_a_publish_and_of_its_recovery_is_settled():
    rows = drive("kill", again=29)
    assert [row for row in rows if row["tree"] not in ("old", "new")] == []
    assert {(row["tree"], row["did"]) for row in rows} >= {
        ("old", "rolled back"),
        ("new", "completed"),
    }
    order = [row["tree"] for row in rows if row["then"] is None]
    assert order == sorted(order, reverse=True), "once new, always new"


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="a lock goes with its process")
def test_a_disk_that_fails_for_good_is_put_right_by_the_next_run():
    rows = drive("for-good", errno.EIO, again=61)
    assert [row for row in rows if row["tree"] not in ("old", "new")] == []
    alone = [row for row in rows if row["then"] is None]
    assert {row["tree"] for row in alone if row["did"] == "0"} == {"new"}, "success is success"
    assert {row["tree"] for row in alone if row["did"] == "1"} == {"old", "new"}
    assert [row for row in alone if row["did"] not in ("0", "1")] == []


def drive(mode, number=0, again=1):
    """Run the harness as a script, single-threaded as forking wants it."""
    done = subprocess.run(
        [
            sys.executable,
            "-W",
            "error",
            str(HERE / "write_harness.py"),
            mode,
            str(number),
            str(again),
        ],
        env={**os.environ, "PYTHONPATH": str(HERE.parents[1])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
