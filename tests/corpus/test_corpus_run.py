"""The campaign itself, on the example projects: it finds nothing there, and it does find what is broken."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import corpus_case
import corpus_stories
import pytest
from corpus_promises import broken_files, not_only_added
from corpus_specs import KINDS, wish_for
from corpus_tree import copy_project, differences, restore, snapshot
from run import main, markdown, run_project, stories_table, tell_project

from signalgen.index import read_project

PROJECTS = Path(__file__).parents[1] / "projects"
ORDERS = PROJECTS / "orders"


@pytest.mark.slow
def test_the_example_projects_keep_every_promise(tmp_path, capsys):
    out = tmp_path / "out.json"
    args = [
        str(PROJECTS),
        "--count",
        "14",
        "--only",
        "orders",
        "--only",
        "payments",
        "--quiet",
        "--json",
        str(out),
    ]
    assert main(args) == 0
    rows = json.loads(out.read_text())
    assert [row["project"] for row in rows] == ["orders", "payments"]
    assert all(row["cases"] >= 7 and not row["violations"] and not row["refused"] for row in rows)
    assert all(row["edits"]["kept"] and row["edits"]["reformatted"] for row in rows)
    assert "| **all** |" in capsys.readouterr().out


def test_a_seed_gives_the_same_models_again():
    app = read_project(ORDERS).app("orders")
    wishes = [[wish_for(app, model, Random(3)) for model in app.models] for _ in range(2)]
    assert wishes[0] == wishes[1]
    assert {kind for wish in wishes[0] for kind in wish.kinds} == set(KINDS) - {"m2m_changed"}


def _overwriting(real):
    """Return a publish() that loses the first line of every file it updates."""

    def publish(root, changes):
        real(root, changes)
        for change in changes:
            if change.action == "update":
                path = root / change.path
                path.write_bytes(path.read_bytes().partition(b"\n")[2])

    return publish


@pytest.mark.parametrize(
    ("name", "broken", "promise"),
    [
        ("publish", _overwriting, "P2"),
        ("publish", lambda real: lambda root, changes: real(root, changes[1:]), "receivers"),
        ("remove", lambda real: lambda specs, project: real([], project), "P7"),
        ("_generate", lambda real: lambda *args: 1 / 0, "crash"),
    ],
)
def test_what_is_broken_is_found(name, broken, promise, monkeypatch):
    monkeypatch.setattr(corpus_case, name, broken(getattr(corpus_case, name)))
    row = run_project(ORDERS, seed=1, count=1, quiet=True)
    assert row.violations
    assert promise in row.violations[0]
    assert markdown([row]).endswith(f"| {len(row.violations)} |")


@pytest.mark.slow
def test_stories_of_an_example_project_end_well():
    told = tell_project(ORDERS, seed=5, count=4, quiet=True)
    assert [story.broken for story in told] == [[], [], [], []]
    steps = {name for story in told for name in story.steps}
    assert {"rename_model", "join_branches", "keep_edited"} <= steps
    assert "| orders | 4 |" in stories_table({"orders": told})


def _without_marks(real):
    """Return a publish() that loses comments."""

    def publish(root, changes):
        real(root, changes)
        for path in root.rglob("signals.py"):
            path.write_bytes(path.read_bytes().replace(b"# mark-1", b"# gone"))

    return publish


def _twice(real):
    """Return a publish() that leaves a copy of the receivers beside them."""

    def publish(root, changes):
        real(root, changes)
        for path in root.rglob("signals.py"):
            path.with_name("copied.py").write_bytes(path.read_bytes())

    return publish


@pytest.mark.parametrize(
    ("name", "broken", "said"),
    [
        ("publish", _without_marks, "lost: # mark-1"),
        ("publish", _twice, "connected twice"),
        ("remove", lambda real: lambda *args, **kwargs: 1 / 0, "crash"),
    ],
)
def test_a_story_that_ends_badly_is_told(name, broken, said, monkeypatch):
    monkeypatch.setattr(corpus_stories, name, broken(getattr(corpus_stories, name)))
    monkeypatch.setattr(corpus_stories, "STEPS", (corpus_stories._change_handler,))
    (story,) = tell_project(ORDERS, seed=5, count=1, quiet=True)
    assert said in story.broken[0]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a = 1\n", "b = 2\na = 1\n"),
        ("from a import c\n", "from a import b, c\n"),
        ("from a import c, d  # why\n", "from a import (\n    b,\n    c,\n    d,  # why\n)\n"),
        ("a = 1", "a = 1\nb = 2\n"),
        ("def f(:\n", "import os\ndef f(:\n"),
    ],
)
def test_additions_are_allowed(old, new):
    assert list(not_only_added(old.encode(), new.encode())) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a = 1\nb = 2\n", "b = 2\na = 1\n"),
        ("a = 1  # why\n", "a = 1\n"),
        ("a  =  1\n", "a = 1\n"),
        ("from a import c, d\n", "from a import c\n"),
        ("from a import c  # why\n", "from a import b, c\n"),
        ("from a import c\n", "from b import c\n"),
        ("a = 1\n\n\nb = 2\n", "a = 1\n\nb = 2\n"),
    ],
)
def test_more_than_additions_is_found(old, new):
    assert list(not_only_added(old.encode(), new.encode()))


def test_a_tree_is_compared_and_put_back(tmp_path):
    copy_project(ORDERS, tmp_path / "copy")
    tree = snapshot(tmp_path / "copy")
    models, more = tree.root / "orders/models.py", tree.root / "orders/more/new.py"
    models.write_bytes(models.read_bytes() + b"oops(\n")
    more.parent.mkdir()
    more.write_bytes(b"")
    (tree.root / "manage.py").unlink()
    after = snapshot(tree.root, tree)
    assert differences(tree, after) == [
        "manage.py: missing",
        "orders/more/new.py: left over",
        "orders/more/: folder",
        "orders/models.py: other bytes",
    ]
    assert broken_files(tree, after) == ["orders/models.py: does not parse"]
    assert differences(tree, restore(tree)) == []
    (tree.root / "manage.py").touch()
    assert differences(tree, snapshot(tree.root)) == []
    assert "manage.py: touched" in differences(tree, snapshot(tree.root), touched=True)
