"""What a publish writes, what it leaves alone, and what it refuses before the first byte."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from write_harness import CHANGES, build, calls_of, snapshot

from signalgen.errors import ConflictError, Problem, SignalgenError, UnsafeError
from signalgen.values.change import FileChange
from signalgen.write import files, publish

MUTATING = {
    "make_folder", "remove_folder", "create", "write", "sync", "close", "copy_owner", "copy_mode", "copy_times",
    "replace", "remove", "sync_folder",
}  # fmt: skip


def update(path, before=b"x = 1\n", after=b"x = 2\n"):
    return FileChange(path, "update", before, after)


def create(path, after=b"x = 1\n"):
    return FileChange(path, "create", None, after)


def delete(path, before=b"x = 1\n"):
    return FileChange(path, "delete", before, None)


def refused(root, *changes, error=UnsafeError, **options):
    """Publish, expect ``error`` and an untouched tree; return the problems."""
    before = snapshot(root)
    with pytest.raises(SignalgenError) as caught:
        publish(root, changes, **options)
    assert type(caught.value) is error
    assert snapshot(root) == before
    return caught.value.problems


def codes(problems):
    return [problem.code for problem in problems]


@pytest.fixture
def root(tmp_path):
    """A project with one module."""
    return build(tmp_path / "project", {"app/models.py": b"x = 1\n"})


def test_all_kinds_of_change_are_carried_out(tmp_path):
    root = build(tmp_path)
    publish(root, CHANGES)
    tree = {path: data for path, (data, _, _) in snapshot(root).items() if data is not None}
    assert tree == {
        ".signalgen/app.json": b'{"a": 1}\n',
        "app/__init__.py": b"",
        "app/keep.py": b"# kept\n",
        "app/models.py": b"x = 2\n",
        "app/views.py": b"y = 2\r\n",
        "new/deep/__init__.py": b"",
        "new/deep/er/signals.py": b"s = 1\n",
    }


def test_a_second_publish_of_the_same_is_refused_and_writes_nothing(tmp_path):
    root = build(tmp_path)
    publish(root, CHANGES)
    refused(root, *CHANGES, error=ConflictError)


@pytest.mark.parametrize(
    "changes",
    [
        (),
        (FileChange("app/models.py", "unchanged", b"x = 1\n", b"x = 1\n"),),
        (FileChange("app/models.py", "update", b"x = 1\n", b"x = 1\n"),),
        (FileChange("nowhere/none.py", "unchanged", None, None),),
    ],
    ids=["no file", "unchanged", "update to the same", "absent"],
)
def test_nothing_to_do_touches_nothing(root, changes):
    before = snapshot(root)
    assert calls_of(lambda: publish(root, changes)) == []
    assert snapshot(root) == before


def test_a_refusal_leaves_no_trace_of_itself(root):
    names = []

    def attempt():
        with pytest.raises(UnsafeError):
            publish(root, [create("app/new.py", b"x = (\n")])

    names = calls_of(attempt)
    assert not MUTATING & set(names)


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o644, 0o755, 0o4755], ids=oct)
def test_an_update_keeps_the_mode(root, mode):
    (root / "app/models.py").chmod(mode)
    publish(root, [update("app/models.py")])
    assert stat.S_IMODE((root / "app/models.py").stat().st_mode) == mode


@pytest.mark.parametrize(
    ("mask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)], ids=oct
)
def test_a_new_file_has_the_mode_that_the_umask_gives(root, mask, mode):
    old = os.umask(mask)
    try:
        publish(root, [create("app/new.py")])
    finally:
        os.umask(old)
    assert stat.S_IMODE((root / "app/new.py").stat().st_mode) == mode


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root may give files away"
)
def test_an_update_keeps_the_owner(root):
    os.chown(root / "app/models.py", 1234, 1235)
    publish(root, [update("app/models.py")])
    status = (root / "app/models.py").stat()
    assert (status.st_uid, status.st_gid) == (1234, 1235)


def test_deleting_the_last_file_removes_the_folders_it_leaves_empty_but_not_the_project(tmp_path):
    root = build(tmp_path / "project", {"a/b/c.py": b"x = 1\n"})
    publish(root, [delete("a/b/c.py")])
    assert snapshot(root) == {}
    assert root.is_dir()


def test_a_folder_that_still_holds_something_stays(tmp_path):
    root = build(tmp_path / "project", {"a/b/c.py": b"x = 1\n", "a/b/d.txt": b""})
    publish(root, [delete("a/b/c.py")])
    assert sorted(snapshot(root)) == ["a", "a/b", "a/b/d.txt"]


@pytest.mark.parametrize(
    ("change", "spoil"),
    [
        (update("app/models.py", b"x = 0\n"), lambda root: None),
        (update("app/other.py"), lambda root: None),
        (create("app/models.py", b"x = 3\n"), lambda root: None),
        (delete("app/models.py", b"x = 0\n"), lambda root: None),
        (delete("app/gone.py"), lambda root: None),
        (update("app/models.py"), lambda root: (root / "app/models.py").write_bytes(b"x = 1\r\n")),
    ],
    ids=[
        "edited",
        "vanished",
        "appeared",
        "edited before delete",
        "vanished before delete",
        "line ends",
    ],
)
def test_a_file_that_changed_since_it_was_read_stops_the_run(root, change, spoil):
    spoil(root)
    (problem,) = refused(root, create("app/fine.py"), change, error=ConflictError)
    assert problem.file == change.path
    assert "changed while signalgen was running; run again" in problem.message


def test_an_edit_in_the_last_moment_stops_the_run_and_stays(root, monkeypatch):
    edited = []

    def edit_before(source, target, replace=files.replace):
        if source.name.endswith("-0.new"):
            (root / "app/views.py").write_bytes(b"mine\n")
            edited.append(target)
        replace(source, target)

    (root / "app/views.py").write_bytes(b"x = 1\n")
    monkeypatch.setattr(files, "replace", edit_before)
    with pytest.raises(ConflictError):
        publish(root, [update("app/models.py"), update("app/views.py")])
    assert edited
    tree = {path: data for path, (data, _, _) in snapshot(root).items() if data is not None}
    assert tree == {"app/models.py": b"x = 1\n", "app/views.py": b"mine\n"}


@pytest.mark.parametrize(
    "text", [b"x = (\n", b"def f(:\n", b"\xff\xfe\n", b"x = 1\0\n", b"(" * 5000], ids=range(5)
)
@pytest.mark.parametrize("suffix", ["py", "pyi"])
def test_python_that_does_not_parse_stops_the_whole_run(root, text, suffix):
    problems = refused(root, update("app/models.py"), create(f"app/new.{suffix}", text))
    assert codes(problems) == ["would-not-parse"]
    assert problems[0].file == f"app/new.{suffix}"


def test_a_syntax_error_has_its_place(root):
    (problem,) = refused(root, create("app/new.py", b"x = 1\ny = = 2\n"))
    assert (problem.line, problem.column) == (2, 5)


def test_a_file_that_did_not_parse_before_either_is_newer_python_than_ours(tmp_path):
    before = b"try:\n    pass\nexcept A, B:\n    pass\nelse x\n"
    root = build(tmp_path, {"apps.py": before})
    publish(root, [update("apps.py", before, before + b"x = 1\n")])
    assert (root / "apps.py").read_bytes() == before + b"x = 1\n"


@pytest.mark.parametrize("path", ["app/page.html", "app/data.json", "app/notes.pyx"])
def test_other_files_need_not_parse(root, path):
    publish(root, [create(path, b"x = (\n")])
    assert (root / path).read_bytes() == b"x = (\n"


def test_an_invalid_escape_is_no_syntax_error(root):
    publish(root, [create("app/new.py", b"x = '\\d'\n")])
    assert (root / "app/new.py").exists()


def test_the_caller_may_judge_what_parses(root):
    verdict = Problem("", 3, 4, "", "no", "not today")
    (problem,) = refused(root, create("app/new.py"), parses=lambda data: verdict)
    assert (problem.file, problem.line, problem.message) == ("app/new.py", 3, "not today")


@pytest.mark.parametrize(
    "path",
    [
        "../out.py",
        "app/../../out.py",
        "/tmp/out.py",
        "",
        "app\\..\\x.py",
        "a\0b.py",
        "app/..",
        "..",
    ],
)
def test_a_path_outside_the_project_is_refused(root, path):
    assert codes(refused(root, create(path))) == ["outside-project"]
    assert not (root.parent / "out.py").exists()


def test_a_link_is_never_written_through(root):
    (root / "app/link.py").symlink_to("models.py")
    assert codes(refused(root, update("app/link.py"))) == ["symbolic-link"]
    assert codes(refused(root, delete("app/link.py"))) == ["symbolic-link"]


def test_a_dangling_link_is_no_free_place(root):
    (root / "app/link.py").symlink_to("nothing.py")
    assert codes(refused(root, create("app/link.py"))) == ["symbolic-link"]


def test_a_linked_folder_that_leads_out_of_the_project_is_refused(root):
    (root.parent / "elsewhere").mkdir()
    (root / "linked").symlink_to(root.parent / "elsewhere")
    assert codes(refused(root, create("linked/new.py"))) == ["outside-project"]
    assert list((root.parent / "elsewhere").iterdir()) == []


def test_a_linked_folder_inside_the_project_stays_a_link(root):
    (root / "linked").symlink_to("app")
    publish(root, [update("linked/models.py"), create("linked/sub/new.py")])
    assert (root / "linked").is_symlink()
    assert (root / "app/models.py").read_bytes() == b"x = 2\n"
    assert (root / "app/sub/new.py").exists()


def test_two_ways_to_one_file_are_refused(root):
    (root / "linked").symlink_to("app")
    problems = refused(root, update("app/models.py"), update("linked/models.py"))
    assert codes(problems) == ["written-twice"]


def test_a_project_that_is_itself_a_link_is_fine(root):
    (root.parent / "alias").symlink_to(root)
    publish(root.parent / "alias", [update("app/models.py")])
    assert (root / "app/models.py").read_bytes() == b"x = 2\n"


def test_what_is_no_file_is_refused(root):
    (root / "app/folder.py").mkdir()
    os.mkfifo(root / "app/pipe.py")
    problems = refused_without_reading_pipes(root, create("app/folder.py"), create("app/pipe.py"))
    assert codes(problems) == ["not-a-file", "not-a-file"]


def refused_without_reading_pipes(root, *changes):
    with pytest.raises(UnsafeError) as caught:
        publish(root, changes)
    return caught.value.problems


def test_a_file_where_a_folder_should_be_is_refused(root):
    assert codes(refused(root, create("app/models.py/new.py"))) == ["not-a-folder"]


def test_a_file_where_signalgen_keeps_its_own_things_is_refused(root):
    (root / ".signalgen").write_bytes(b"")
    assert codes(refused(root, update("app/models.py"))) == ["not-a-folder"]


def test_a_link_where_signalgen_keeps_its_own_things_is_refused(root):
    (root / ".signalgen").symlink_to(root.parent)
    assert codes(refused(root, update("app/models.py"))) == ["not-a-folder"]


def test_a_read_only_file_is_refused(root):
    (root / "app/models.py").chmod(0o444)
    (problem,) = refused(root, create("app/new.py"), update("app/models.py"))
    assert problem.code == "read-only"
    assert "chmod u+w app/models.py" in problem.hint


def test_every_problem_is_told_at_once(root):
    problems = refused(root, create("../a.py"), update("app/models.py", b"?"), create("app"))
    assert codes(problems) == ["outside-project", "changed-while-running", "not-a-file"]


def test_a_conflict_that_nobody_settled_is_refused(root):
    change = FileChange("app/models.py", "conflict", b"x = 1\n", None)
    refused(root, create("app/new.py"), change, error=ConflictError)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs another user")
def test_a_read_only_folder_is_refused_for_one_who_may_not_write_there():
    script = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from signalgen.errors import UnsafeError\n"
        "from signalgen.values.change import FileChange\n"
        "from signalgen.write import publish\n"
        "import signalgen.write.publishing\n"
        "os.chdir(sys.argv[1])\n"
        "if os.geteuid() == 0: os.setuid(65534)\n"
        "for change in (FileChange('app/new/n.py', 'create', None, b''),\n"
        "               FileChange('app/models.py', 'update', b'x = 1\\n', b'')):\n"
        "    try: publish(Path('.'), [change])\n"
        "    except UnsafeError as error: print(error.problems[0].code)\n"
    )
    with tempfile.TemporaryDirectory() as folder:  # pytest's own folders are closed to other users
        root = build(Path(folder), {"app/models.py": b"x = 1\n"})
        root.chmod(0o755)
        (root / "app/models.py").chmod(0o666)
        (root / "app").chmod(0o555)
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", script, str(root)],
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
            capture_output=True,
            text=True,
            check=False,
        )
        (root / "app").chmod(0o755)
        assert done.stdout.split() == ["read-only", "read-only"], done.stderr
        assert sorted(snapshot(root)) == ["app", "app/models.py"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_really_full_disk_is_told(root, monkeypatch):
    monkeypatch.setattr(
        files, "write", lambda descriptor, data: os.write(os.open("/dev/full", os.O_WRONLY), data)
    )
    problems = refused(root, update("app/models.py"))
    assert "the disk is full" in problems[0].message
