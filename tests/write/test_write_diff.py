"""The diff is a patch: ``git apply`` makes of the old tree exactly what a publish makes of it."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from write_harness import CHANGES, build, snapshot

from signalgen.values.change import FileChange
from signalgen.write import publish, unified_diff

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def change(before, after, path="a.py"):
    action = "create" if before is None else "delete" if after is None else "update"
    return FileChange(path, action, before, after)


def apply(root, patch):
    """Apply ``patch`` in ``root`` as git does, strictly."""
    done = subprocess.run(
        ["git", "-c", "core.autocrlf=false", "apply", "--whitespace=nowarn", "-"],
        cwd=root,
        input=patch.encode("utf-8", "surrogateescape"),
        capture_output=True,
        check=False,
        env={"GIT_CEILING_DIRECTORIES": str(root.parent), "PATH": "/usr/bin:/bin:/usr/local/bin"},
    )
    assert done.returncode == 0, done.stderr.decode() + patch


def contents(root):
    return {path: data for path, (data, _, _) in snapshot(root).items() if data is not None}


LONG = b"".join(b"line %d\n" % number for number in range(60))
CASES = {
    "change": (b"a\nb\nc\n", b"a\nB\nc\n"),
    "create": (None, b"a\nb\n"),
    "create empty": (None, b""),
    "delete": (b"a\n", None),
    "delete empty": (b"", None),
    "fill": (b"", b"a\n"),
    "empty": (b"a\n", b""),
    "CRLF": (b"a\r\nb\r\n", b"a\r\nB\r\n"),
    "to CRLF": (b"a\nb\n", b"a\r\nb\r\n"),
    "CR only": (b"a\rb\r", b"a\rB\r"),
    "gain newline": (b"a\nb", b"a\nb\n"),
    "lose newline": (b"a\nb\n", b"a\nb"),
    "no newline": (b"a\nb", b"a\nc"),
    "create without newline": (None, b"a"),
    "BOM": (b"\xef\xbb\xbfa\n", b"\xef\xbb\xbfb\n"),
    "latin-1": (b"# \xe9\na\n", b"# \xe9\nb\n"),
    "odd separators": (b"a\x0cb\x1c\xe2\x80\xa8c\nd\n", b"a\x0cb\x1c\xe2\x80\xa8c\nD\n"),
    "two hunks": (LONG, LONG.replace(b"line 5\n", b"").replace(b"line 50\n", b"x\ny\n")),
    "touching hunks": (LONG, LONG.replace(b"line 5\n", b"x\n").replace(b"line 12\n", b"y\n")),
    "at the start": (LONG, b"first\n" + LONG),
    "at the end": (LONG, LONG + b"last\n"),
    "repeated lines": (b"x\n" * 40, b"x\n" * 37),
}


@needs_git
@pytest.mark.parametrize(("before", "after"), CASES.values(), ids=CASES)
def test_git_applies_it(tmp_path, before, after):
    root = build(tmp_path, {} if before is None else {"a.py": before})
    apply(root, unified_diff([change(before, after)]))
    assert contents(root) == ({} if after is None else {"a.py": after})


@needs_git
@pytest.mark.parametrize("path", ["my app/é.py", 'a"b.py', "tab\there.py", "pkg/x y/z.py"])
def test_git_understands_the_names(tmp_path, path):
    root = build(tmp_path, {path: b"a\n"})
    apply(root, unified_diff([change(b"a\n", b"b\n", path), change(None, b"", path + ".new")]))
    assert contents(root) == {path: b"b\n", path + ".new": b""}


@needs_git
def test_the_diff_of_a_run_makes_what_the_run_makes(tmp_path):
    applied, published = build(tmp_path / "applied"), build(tmp_path / "published")
    apply(applied, unified_diff(CHANGES, internal=True))
    publish(published, CHANGES)
    assert contents(applied) == contents(published)


@needs_git
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(st.sampled_from("ab\r\n"), max_size=14),
    st.lists(st.sampled_from("ab\r\n"), max_size=14),
)
def test_git_applies_any_text(tmp_path, before, after):
    old, new = "".join(before).encode(), "".join(after).encode()
    shutil.rmtree(tmp_path)
    tmp_path.mkdir()
    root = build(tmp_path, {"a.py": old})
    patch = unified_diff([change(old, new)])
    assert bool(patch) is (old != new)
    if patch:
        apply(root, patch)
    assert contents(root) == {"a.py": new}


def test_it_reads_like_any_diff():
    assert unified_diff([change(b"a\nb\nc\nd\ne\nf\n", b"a\nb\nc\nd\nE\nf")]) == (
        "diff --git a/a.py b/a.py\n"
        "--- a/a.py\n"
        "+++ b/a.py\n"
        "@@ -2,5 +2,5 @@\n"
        " b\n c\n d\n-e\n-f\n+E\n+f\n"
        "\\ No newline at end of file\n"
    )


@pytest.mark.parametrize(
    "quiet",
    [
        FileChange("a.py", "unchanged", b"a\n", b"a\n"),
        FileChange("a.py", "update", b"a\n", b"a\n"),
        FileChange("a.py", "conflict", b"a\n", None),
        FileChange(".signalgen/a.json", "update", b"{}", b"{ }", internal=True),
    ],
    ids=["unchanged", "same", "conflict", "internal"],
)
def test_what_is_not_written_for_the_user_is_not_shown(quiet):
    assert unified_diff([quiet]) == ""


def test_a_small_change_in_a_big_file_compares_little():
    big = b"".join(b"line %d\n" % number for number in range(20_000))
    patch = unified_diff([change(big, big.replace(b"line 10000\n", b"other\n"))])
    assert patch.count("\n") == 3 + 1 + 8
    assert "@@ -9998,7 +9998,7 @@" in patch
