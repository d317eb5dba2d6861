"""The promises that a user sees: nothing twice, nothing lost, and a preview that does not lie."""

from __future__ import annotations

import ast
import json
from typing import TYPE_CHECKING

import pytest
from e2e_kit import SPECS, Example, Generated, copy, python, run, signalgen, touched, tree

if TYPE_CHECKING:
    from pathlib import Path


def test_a_second_run_changes_no_byte_and_no_time(generated: Generated):
    done = signalgen(generated.root, "new", "--spec", generated.example.spec)
    assert done.code == 0, done.text
    again = tree(generated.root)
    assert again.data == generated.after.data
    assert again.times == generated.after.times


def test_check_is_content_after_a_run(generated: Generated):
    done = signalgen(generated.root, "new", "--spec", generated.example.spec, "--check")
    assert done.code == 0, done.text
    assert tree(generated.root) == generated.after


def imported(data: bytes) -> set[tuple[str, str]]:
    """Return the (module, name) of every from-import."""
    found = [node for node in ast.walk(ast.parse(data)) if isinstance(node, ast.ImportFrom)]
    return {
        ("." * node.level + (node.module or ""), alias.name)
        for node in found
        for alias in node.names
    }


def test_what_was_there_stays_line_for_line(generated: Generated):
    for path, data in generated.before.data.items():
        now = generated.after.data[path]
        if path.endswith(".py"):
            assert imported(data) <= imported(now), path
        # An import may get further names; every other line is still there, in its order.
        left = iter(now.splitlines(keepends=True))
        lines = [line for line in data.splitlines(keepends=True) if not line.startswith(b"from ")]
        lost = [line for line in lines if line not in left]
        assert not lost, (path, lost)


def test_the_summary_names_every_file_that_was_written(generated: Generated):
    for path in touched(generated.before, generated.after):
        assert path in generated.done.out, generated.done.text


@pytest.mark.parametrize("option", ["--check", "--diff", "--dry-run"])
def test_a_preview_writes_nothing(example: Example, option: str, tmp_path: Path):
    root = copy(example.project, tmp_path / example.project)
    before = tree(root)
    done = signalgen(root, "new", "--spec", example.spec, option)
    assert done.code == (1 if option == "--check" else 0), done.text
    assert tree(root) == before


def test_the_diff_is_what_a_run_writes(generated: Generated, tmp_path: Path):
    root = copy(generated.example.project, tmp_path / generated.example.project)
    done = signalgen(root, "new", "--spec", generated.example.spec, "--diff")
    patch = tmp_path / "the.patch"
    patch.write_bytes(done.out.encode())
    assert run(["git", "init", "-q"], root).code == 0
    applied = run(["git", "apply", "--whitespace=nowarn", str(patch)], root)
    assert applied.code == 0, applied.text + done.text
    assert tree(root).python() == generated.after.python()


def test_json_names_the_same_files_as_a_run_writes(generated: Generated, tmp_path: Path):
    root = copy(generated.example.project, tmp_path / generated.example.project)
    done = signalgen(root, "new", "--spec", generated.example.spec, "--dry-run", "--format", "json")
    assert done.code == 0, done.text
    answer = json.loads(done.out)
    assert answer["version"] == 1
    assert answer["command"] == "new"
    said = {
        f["path"]
        for f in answer["files"]
        if f["action"] != "unchanged" and f["path"].endswith(".py")
    }
    assert said == set(touched(generated.before, generated.after))


def test_a_project_that_cannot_be_imported_is_served_all_the_same(
    generated: Generated, tmp_path: Path
):
    root = copy(generated.example.project, tmp_path / generated.example.project)
    for path in root.rglob("*.py"):
        path.write_bytes(
            path.read_bytes() + b"\nraise SystemExit('somebody has imported the project')\n"
        )
    assert python(root, "manage.py", "check").code != 0
    done = signalgen(root, "new", "--spec", generated.example.spec)
    assert done.code == 0, done.text
    assert (root / generated.example.receivers).exists()


def test_the_upper_case_shape_and_its_upgrade_give_the_same_code(tmp_path: Path):
    upgraded = signalgen(tmp_path, "validate", "--upgrade", SPECS / "orders_upper.yaml")
    assert upgraded.code == 0, upgraded.text
    assert "input:" not in upgraded.out
    spec = tmp_path / "orders.yaml"
    spec.write_text(upgraded.out)
    trees = []
    for number, source in enumerate((SPECS / "orders_upper.yaml", spec)):
        root = copy("orders", tmp_path / str(number) / "orders")
        done = signalgen(root, "new", "--spec", source)
        assert done.code == 0, done.text
        trees.append(tree(root).python())
    assert trees[0] == trees[1]


def test_windows_line_ends_and_a_byte_order_mark_stay(tmp_path: Path):
    root = copy("doctors", tmp_path / "doctors")
    files = [root / "src/apps/doctors" / name for name in ("apps.py", "receivers.py", "models.py")]
    for path in files:
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    before = tree(root)
    done = signalgen(root, "new", "--spec", SPECS / "doctors.yaml")
    assert done.code == 0, done.text
    receivers = files[1].read_bytes()
    assert receivers.startswith(b"\xef\xbb\xbf")
    assert (
        receivers.count(b"\n")
        == receivers.count(b"\r\n")
        > before.data["src/apps/doctors/receivers.py"].count(b"\n")
    )
    # ready() loads the module already, and models are the user's.
    assert files[0].read_bytes() == before.data["src/apps/doctors/apps.py"]
    assert files[2].read_bytes() == before.data["src/apps/doctors/models.py"]
    assert python(root, "manage.py", "check").code == 0


def test_the_mode_of_a_file_stays(tmp_path: Path):
    root = copy("doctors", tmp_path / "doctors")
    path = root / "src/apps/doctors/receivers.py"
    path.chmod(0o640)
    done = signalgen(root, "new", "--spec", SPECS / "doctors.yaml")
    assert done.code == 0, done.text
    assert path.stat().st_mode & 0o777 == 0o640
