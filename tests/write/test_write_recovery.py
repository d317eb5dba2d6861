"""Recovery never overwrites what somebody did since the kill, and believes no journal that somebody made up."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from write_harness import PLAIN, build, snapshot

from signalgen.errors import UnsafeError
from signalgen.write import Recovery, pending, publish, recover

HERE = Path(__file__).parent
OLD = {"a.py": b"a = 1\n", "b.py": b"b = 1\n", "c.py": b"c = 1\n"}
NEW = {"a.py": b"a = 2\n", "b.py": b"b = 2\n", "d.py": b"d = 1\n"}
KILL = """
import os, sys
from pathlib import Path
from signalgen.write import files, publish
from write_harness import PLAIN
left = int(sys.argv[2])
real = files.replace
def replace(source, target):
    global left
    if left == 0:
        os._exit(77)
    left -= 1
    real(source, target)
files.replace = replace
publish(Path(sys.argv[1]), PLAIN)
"""
# renames: the journal is written, the journal commits, a, b, c, d, the journal is done
COMMITTED = 4
PREPARED = 1


def interrupted(root, renames):
    """Build the old tree and kill a publish in it before its rename number ``renames``."""
    build(root, OLD)
    done = subprocess.run(
        [sys.executable, "-c", KILL, str(root), str(renames)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(HERE.parents[1]), str(HERE)])},
        check=False,
    )
    assert done.returncode == 77
    return root


def contents(root):
    return {path: data for path, (data, _, _) in snapshot(root).items() if data is not None}


def test_a_run_that_had_committed_is_completed(tmp_path):
    root = interrupted(tmp_path, COMMITTED)
    assert pending(root)
    assert recover(root) == Recovery("completed", ("a.py", "b.py", "c.py", "d.py"))
    assert contents(root) == NEW


def test_a_run_that_had_not_is_taken_back(tmp_path):
    root = interrupted(tmp_path, PREPARED)
    assert recover(root) == Recovery("rolled back", ("a.py", "b.py", "c.py", "d.py"))
    assert contents(root) == OLD


def test_a_publish_settles_what_it_finds_before_it_begins(tmp_path):
    root = interrupted(tmp_path, PREPARED)
    publish(root, PLAIN)
    assert contents(root) == NEW


@pytest.mark.parametrize("path", ["a.py", "b.py", "c.py", "d.py"])
def test_an_edit_since_the_kill_is_left_alone(tmp_path, path):
    root = interrupted(tmp_path, COMMITTED)
    (root / path).write_bytes(b"mine\n")
    assert recover(root) == Recovery("completed", ("a.py", "b.py", "c.py", "d.py"), (path,))
    assert contents(root) == {**NEW, path: b"mine\n"}


@pytest.mark.parametrize("path", ["a.py", "b.py"])
def test_a_file_removed_since_the_kill_stays_removed(tmp_path, path):
    root = interrupted(tmp_path, COMMITTED)
    (root / path).unlink()
    assert recover(root).left == (path,)
    assert path not in contents(root)


def test_a_file_checked_out_again_since_the_kill_is_new_work(tmp_path):
    root = interrupted(tmp_path, COMMITTED)
    (root / "a.py").write_bytes(b"a = 1\n")
    done = recover(root)
    assert (done.action, done.left) == ("rolled back", ())
    assert contents(root) == OLD


def test_temporary_files_removed_since_the_kill_turn_the_run_back(tmp_path):
    root = interrupted(tmp_path, COMMITTED)
    for path in root.glob(".signalgen-*.new"):
        path.unlink()
    assert recover(root).action == "rolled back"
    assert contents(root) == OLD


def test_all_copies_removed_since_the_kill_are_told_as_left(tmp_path):
    root = interrupted(tmp_path, COMMITTED)
    for path in root.glob(".signalgen-*"):
        path.unlink()
    done = recover(root)
    assert done.left == ("a.py", "b.py")
    assert not pending(root)


def journal(root, **changes):
    row = {"path": "a.py", "target": "a.py", "before": "00", "after": None}
    row.update({key: value for key, value in changes.items() if key in row})
    plan = {"token": "ab12", "folders": [], "operations": [row]}
    plan.update({key: value for key, value in changes.items() if key in plan})
    folder = root / ".signalgen"
    folder.mkdir()
    (folder / "journal-commit.json").write_text(json.dumps(plan))
    return folder / "journal-commit.json"


@pytest.mark.parametrize(
    "changes",
    [
        {"target": "../victim.py"},
        {"target": "/etc/passwd"},
        {"target": "sub/../../victim.py"},
        {"target": "link/victim.py"},
        {"target": ""},
        {"target": 5},
        {"path": 5},
        {"token": "../../x"},
        {"token": ""},
        {"token": 7},
        {"folders": ["../gone"]},
        {"folders": [3]},
        {"folders": None},
        {"before": "zz"},
        {"after": 5},
        {"operations": [{}]},
        {"operations": "x"},
    ],
    ids=str,
)
def test_a_forged_journal_is_refused_and_nothing_is_touched(tmp_path, changes):
    root = tmp_path / "project"
    root.mkdir()
    (tmp_path / "victim.py").write_bytes(b"v = 1\n")
    (root / "link").symlink_to(tmp_path)
    forged = journal(root, **changes)
    before = snapshot(tmp_path)
    with pytest.raises(UnsafeError) as caught:
        recover(root)
    assert caught.value.problems[0].code == "damaged-journal"
    assert caught.value.problems[0].file == f".signalgen/{forged.name}"
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b"null", b"\xff", b"[" * 100_000], ids=range(6))
def test_a_damaged_journal_is_refused(tmp_path, text):
    journal(tmp_path).write_bytes(text)
    with pytest.raises(UnsafeError, match="cannot be read"):
        recover(tmp_path)


def test_a_journal_that_was_not_written_to_its_end_is_dropped(tmp_path):
    (tmp_path / ".signalgen").mkdir()
    (tmp_path / ".signalgen" / "journal-new").write_bytes(b'{"tok')
    assert recover(tmp_path) is None
    assert snapshot(tmp_path) == {}


def test_a_journal_never_writes_through_a_link(tmp_path):
    root = tmp_path / "project"
    root.mkdir()
    (tmp_path / "victim.py").write_bytes(b"v = 1\n")
    (root / "a.py").symlink_to(tmp_path / "victim.py")
    journal(root)
    assert recover(root).left == ("a.py",)
    assert (root / "a.py").is_symlink()
    assert (tmp_path / "victim.py").read_bytes() == b"v = 1\n"
