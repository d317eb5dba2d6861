"""Files that belong to another user: one message and no change, or the answer without them."""

from __future__ import annotations

import ctypes
import os
from typing import TYPE_CHECKING

import leaks_kit  # noqa: F401 - the way to cli_kit
import pytest
from cli_kit import Done, files, make_project
from hostile_kit import forked

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LIBC = ctypes.CDLL(None)
OTHER = 12345
SIGNALS = (
    "from django.db.models.signals import post_save\nfrom django.dispatch import receiver\n\n\n"
    "@receiver(post_save)\ndef f(sender):\n    return 1\n"
)
NEW = ("new", "--spec", "spec.yaml")
CHECK = ("check", "--no-cache")


@pytest.fixture(autouse=True)
def _root() -> None:
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        pytest.skip("only root can give files to another user")
    if not hasattr(LIBC, "capset"):
        pytest.skip("root may do everything, and nothing here stops it")


def powerless() -> None:
    """Leave root nothing but the files of its own."""
    version_3 = (ctypes.c_uint32 * 2)(0x20080522, 0)
    assert LIBC.capset(version_3, (ctypes.c_uint32 * 6)()) == 0


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a project with a finding, all of it ours."""
    root = make_project(tmp_path / "project")
    (root / "pyproject.toml").write_text("[tool.signalgen]\n")
    (root / "orders/receivers.py").write_text(SIGNALS)
    return root


def give(path: Path, mode: int | None = None) -> None:
    """Let ``path``, and what is below it, belong to another user."""
    for one in [path, *(path.rglob("*") if path.is_dir() else ())]:
        os.chown(one, OTHER, OTHER)
    if mode is not None:
        path.chmod(mode)


def run(project: Path, *words: object, before: Callable[[], object] = powerless) -> Done:
    cache = str(project.parent / "cache")
    code, out, err = forked(project, *words, before=before, XDG_CACHE_HOME=cache)
    return Done(code, out.decode(), err.decode())


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (NEW, 4),
        ((*NEW, "--dry-run"), 0),
        ((*NEW, "--diff"), 0),
        ((*NEW, "--check"), 1),
        (CHECK, 1),
        ((*CHECK, "--diff"), 1),
        ((*CHECK, "--fix"), 4),
        ((*CHECK, "--write-baseline"), 4),
        (("signal", "--app", "orders", "--signal", "paid"), 4),
        (("remove", "--spec", "spec.yaml"), 0),
        (("validate", "spec.yaml"), 0),
    ],
)
def test_a_project_of_somebody_else_is_read_and_not_written(project, words, code):
    before = files(project)
    give(project)
    done = run(project, *words)
    assert (done.code, files(project)) == (code, before), done.err
    assert "Traceback" not in done.err
    assert (code != 4) or "error: " in done.err


@pytest.mark.parametrize("words", [NEW, CHECK])
@pytest.mark.parametrize(
    "name",
    [
        "pyproject.toml",
        "orders/models.py",
        "orders/apps.py",
        "orders/receivers.py",
        "shop/settings.py",
        "orders",
        "shop",
        "spec.yaml",
    ],
)
def test_what_may_not_be_read_is_named_or_passed_over(project, name, words):
    before = files(project)
    give(project / name, 0o700 if (project / name).is_dir() else 0o600)
    done = run(project, *words)
    assert done.code in (0, 1, 2, 4)
    assert "Traceback" not in done.err
    assert "signalgen failed" not in done.err
    if words == NEW and not name.startswith("shop"):
        assert done.code == (2 if name == "spec.yaml" else 4)
        assert f"{name}: error: " in done.err
    if words != NEW and name != "spec.yaml":
        assert f"{name}: note: cannot be read, so it was skipped: Permission denied" in done.err
    after = files(project)
    assert {path: after.get(path) for path in before if path.startswith(name)} == {
        path: data for path, data in before.items() if path.startswith(name)
    }


KINDS = {
    # Whose folder and file, the folder's mode, and whether the run may go on.
    "ours": ("", 0o755, True),
    "their file in our folder": ("file", 0o755, False),
    "their folder": ("folder", 0o755, False),
    "their sticky folder, our file": ("folder", 0o1777, True),
    "their sticky folder and file": ("both", 0o1777, False),
}


@pytest.mark.parametrize("words", [NEW, (*CHECK, "--fix")])
@pytest.mark.parametrize(("theirs", "mode", "goes_on"), KINDS.values(), ids=KINDS)
def test_a_target_is_changed_whole_or_not_at_all(project, theirs, mode, goes_on, words):
    folder, target = project / "orders", project / "orders/receivers.py"
    folder.chmod(mode)
    if theirs in ("folder", "both"):
        os.chown(folder, OTHER, OTHER)
    if theirs in ("file", "both"):
        os.chown(target, OTHER, OTHER)
    before = files(project)
    done = run(project, *words)
    assert "Traceback" not in done.err
    if goes_on:
        assert done.code == 0, done.err
        assert target.read_text() != SIGNALS
        assert "def f(sender" in target.read_text()
    else:
        assert (done.code, files(project)) == (4, before), done.err
        assert "error: " in done.err


@pytest.mark.parametrize("words", [NEW, ("recipes", "stamp")])
@pytest.mark.parametrize("name", ["own", "own/stamp.yaml", "own/signal.py.j2"])
@pytest.mark.parametrize("setting", ["recipes", "templates"])
def test_settings_that_name_what_may_not_be_read(project, setting, name, words):
    (project / "pyproject.toml").write_text(f'[tool.signalgen]\n{setting} = "own"\n')
    (project / "own").mkdir()
    (project / "own/stamp.yaml").write_text("use: x\n")
    (project / "own/signal.py.j2").write_text("x = 1\n")
    (project / "spec.yaml").write_text("app: orders\nsignals: [{name: paid, args: {n: int}}]\n")
    before = files(project)
    give(project / name, 0o700 if name == "own" else 0o600)
    done = run(project, *words)
    assert done.code in (0, 1, 2, 4)
    assert "Traceback" not in done.err
    assert "signalgen failed" not in done.err
    assert done.code in (0, 1) or files(project) == before


@pytest.mark.parametrize("mode", [0o755, 0o777, 0o700])
@pytest.mark.parametrize("words", [("check",), NEW])
def test_a_cache_of_somebody_else_is_neither_read_nor_written(project, words, mode):
    cache = project.parent / "cache"
    made = make_project(project.parent / "other")
    assert run(made, *NEW, before=lambda: None).code == 0
    assert run(project, "check", before=lambda: None).code == 1
    # The notes stay ours: in a folder of somebody else they could be under any name.
    for folder in (cache / "signalgen/unchanged", cache / "signalgen"):
        os.chown(folder, OTHER, OTHER)
        folder.chmod(mode)
    before = files(cache)
    done = run(project, *words)
    assert done.code in (0, 1)
    assert ", as before" not in done.out
    assert files(cache) == before


def test_the_record_of_somebody_else(project):
    assert run(project, *NEW).code == 0
    (project / "spec.yaml").write_text(
        (project / "spec.yaml").read_text().replace('"orders"', '"all"')
    )
    before = files(project)
    give(project / ".signalgen", 0o700)
    for words in (NEW, ("remove", "--spec", "spec.yaml"), (*NEW, "--diff")):
        done = run(project, *words)
        assert (done.code, files(project)) == (4, before), done.err
        assert "denied" in done.err
