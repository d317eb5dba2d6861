"""Two runs at once: one waits or refuses, neither spoils the other's work; a killed run shuts nobody out."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from write_harness import build, snapshot

from signalgen.errors import UnsafeError
from signalgen.values.change import FileChange
from signalgen.write import lock, pending, process, publish, recover

CHANGE = FileChange("a.py", "create", None, b"x = 1\n")
CODE = Path(__file__).parents[2]


def claim(root, place=None, pid=None, start=None):
    """Leave a claim as another run makes it."""
    own = process.current()
    name = f"lock-{place or own.place}-{own.pid if pid is None else pid}-{start or own.start}-abcd"
    (root / ".signalgen").mkdir(exist_ok=True)
    (root / ".signalgen" / name).touch()
    return root / ".signalgen" / name


def dead_pid():
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    return child.pid


def test_a_run_that_is_going_on_is_waited_for_and_then_refused(tmp_path):
    other = claim(tmp_path)
    messages = []
    with pytest.raises(UnsafeError) as caught:
        publish(tmp_path, [CHANGE], wait=0.3, on_wait=messages.append)
    assert caught.value.problems[0].code == "locked"
    assert other.name in caught.value.problems[0].hint
    assert messages == ["waiting for another run of signalgen in this project"]
    assert sorted(snapshot(tmp_path)) == [".signalgen", f".signalgen/{other.name}"]


def test_recovery_waits_for_a_run_that_is_going_on(tmp_path):
    claim(tmp_path)
    with pytest.raises(UnsafeError, match="another run"):
        recover(tmp_path, wait=0)


def test_a_wait_ends_when_the_other_run_does(tmp_path):
    other = claim(tmp_path)
    publish(tmp_path, [CHANGE], on_wait=lambda message: other.unlink())
    assert sorted(snapshot(tmp_path)) == ["a.py"]


@pytest.mark.parametrize(
    "dead",
    [
        lambda root: claim(root, pid=dead_pid()),
        lambda root: claim(root, start="1"),
        lambda root: os.utime(claim(root, place="elsewhere"), (1, 1)),
        lambda root: os.utime(claim(root, place="x-y-z"), (1, 1)),
    ],
    ids=[
        "process ended",
        "its id was given to another",
        "another machine, long ago",
        "no claim of ours, long ago",
    ],
)
def test_a_claim_of_a_dead_run_counts_for_nothing(tmp_path, dead):
    dead(tmp_path)
    assert pending(tmp_path)
    publish(tmp_path, [CHANGE], wait=0)
    assert sorted(snapshot(tmp_path)) == ["a.py"]


@pytest.mark.parametrize("pid", [0, 2**31, 10**30, "x"], ids=str)
@pytest.mark.parametrize("place", [None, "elsewhere"])
def test_a_fresh_claim_that_nobody_can_judge_counts(tmp_path, pid, place):
    claim(tmp_path, place=place, pid=pid)
    with pytest.raises(UnsafeError):
        publish(tmp_path, [CHANGE], wait=0)


def test_recovery_clears_away_dead_claims(tmp_path):
    claim(tmp_path, pid=dead_pid())
    assert recover(tmp_path) is None
    assert snapshot(tmp_path) == {}


def test_nothing_is_pending_in_a_quiet_project(tmp_path):
    build(tmp_path)
    before = snapshot(tmp_path)
    assert not pending(tmp_path)
    assert recover(tmp_path) is None
    assert snapshot(tmp_path) == before


def test_this_process_is_running_and_init_is_another():
    own = process.current()
    assert process.is_gone(own) is False
    assert process.is_gone(process.Process("elsewhere", own.pid, own.start)) is None
    assert process.is_gone(process.Process(own.place, 1, process.UNKNOWN_START)) is False


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="no /proc")
def test_a_zombie_has_ended():
    child = subprocess.Popen([sys.executable, "-c", ""], stdout=subprocess.PIPE)
    child.stdout.read()
    while process._start(child.pid) is not None:
        time.sleep(0.01)
    assert process.is_gone(process.Process(process.here(), child.pid, "5")) is True
    child.wait()
    child.stdout.close()


COUNTER = """
import sys
from pathlib import Path
from signalgen.errors import ConflictError
from signalgen.values.change import FileChange
from signalgen.write import publish, recover
root = Path(sys.argv[1])
done = 0
while done < 15:
    assert recover(root, wait=60) is None
    before, twin = (root / "n.txt").read_bytes(), (root / "m.txt").read_bytes()
    after = str(int(before) + 1).encode()
    try:
        publish(root, [FileChange("n.txt", "update", before, after), FileChange("m.txt", "update", twin, after)], wait=60)
    except ConflictError:
        continue
    done += 1
"""


def test_runs_at_once_lose_nothing(tmp_path):
    root = build(tmp_path, {"n.txt": b"0", "m.txt": b"0"})
    runs = [
        subprocess.Popen(
            [sys.executable, "-W", "error", "-c", COUNTER, str(root)],
            env={**os.environ, "PYTHONPATH": str(CODE)},
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    errors = [run.communicate()[1] for run in runs]
    assert errors == ["", "", ""]
    tree = {path: data for path, (data, _, _) in snapshot(root).items()}
    assert tree == {"n.txt": b"45", "m.txt": b"45"}


def test_the_lock_is_let_go_when_the_work_fails(tmp_path):
    with pytest.raises(ZeroDivisionError), lock.locked(tmp_path, 0, None):
        raise ZeroDivisionError
    assert snapshot(tmp_path) == {}
