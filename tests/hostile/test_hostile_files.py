"""Files that never end, pipes without a writer, huge files: only regular files are read, up to a size limit."""

from __future__ import annotations

import os
import signal
from itertools import cycle, product
from typing import TYPE_CHECKING

import pytest
from bounds_kit import SPEC, limited, project

from signalgen.bounded import MOST_BYTES, UnfitFileError, read_regular

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def _endless(path: Path) -> None:
    path.symlink_to("/dev/zero")


def _random(path: Path) -> None:
    path.symlink_to("/dev/urandom")


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _linked_pipe(path: Path) -> None:
    os.mkfifo(f"{path}.fifo")
    path.symlink_to(f"{path}.fifo")


def _huge(path: Path) -> None:
    path.touch()
    os.truncate(path, 3 << 30)


ODD = {"endless": _endless, "random": _random, "pipe": _pipe, "linked": _linked_pipe, "huge": _huge}
CONFIGS = (
    "requirements.txt",
    "requirements/base.txt",
    "poetry.lock",
    "uv.lock",
    "Pipfile",
    "Pipfile.lock",
    "pdm.lock",
    "pylock.toml",
    "setup.cfg",
    "setup.py",
    "pytest.ini",
    "tox.ini",
    ".editorconfig",
    ".flake8",
    "ruff.toml",
    ".pre-commit-config.yaml",
    ".python-version",
    "runtime.txt",
)
CODE = (
    "shop/settings.py",
    "orders/apps.py",
    "orders/models.py",
    "orders/receivers.py",
    "orders/tests.py",
)


def put(root: Path, name: str, make: Callable[[Path], None]) -> None:
    """Put an odd file into a project."""
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).unlink(missing_ok=True)
    make(root / name)


@pytest.mark.parametrize(("name", "kind"), [*zip(CONFIGS, cycle(ODD)), *product(CONFIGS[:1], ODD)])
def test_an_odd_configuration_is_skipped_and_named(tmp_path, name, kind):
    root = project(tmp_path / "p")
    put(root, name, ODD[kind])
    made = limited(root, "new", "--spec", "spec.yaml")
    assert made.code == 0
    assert (root / "orders/signals.py").is_file()
    assert f"{name}: note: " in made.said


@pytest.mark.parametrize(("name", "kind"), [*zip(CODE, cycle(ODD))])
def test_odd_code_ends_no_run(tmp_path, name, kind):
    root = project(tmp_path / "p")
    put(root, name, ODD[kind])
    assert limited(root, "check").code == 0
    assert limited(root, "new", "--spec", "spec.yaml", "--dry-run").code in (0, 2, 4)
    assert limited(root, "list").code == 0
    assert limited(root, "trace", "Order").code == (2 if "models" in name else 0)


@pytest.mark.parametrize("kind", ODD)
def test_odd_settings_of_the_project_are_refused_before_anything_is_written(tmp_path, kind):
    root = project(tmp_path / "p")
    put(root, "pyproject.toml", ODD[kind])
    made = limited(root, "new", "--spec", "spec.yaml")
    assert made.code == 4
    assert "1 problem. Nothing was written." in made.said
    assert not (root / "orders/signals.py").exists()
    assert "pyproject.toml: note: cannot be read" in limited(root, "check").said


@pytest.mark.parametrize("kind", ODD)
@pytest.mark.parametrize(
    ("setting", "name"),
    [
        ('templates = "own"', "own/receiver.py.j2"),
        ('recipes = "own"', "own/clear.yaml"),
        ('baseline = "known.json"', "known.json"),
    ],
)
def test_what_settings_name_is_bounded_too(tmp_path, setting, name, kind):
    root = project(tmp_path / "p", {"pyproject.toml": f"[tool.signalgen]\n{setting}\n"})
    put(root, name, ODD[kind])
    words = ("check",) if "baseline" in setting else ("new", "--spec", "spec.yaml")
    done = limited(root, *words)
    # A pipe among the recipes is none of them.
    assert done.code in ((0,) if "recipes" in setting and kind != "huge" else (2, 4))
    assert "internal error in signalgen" not in done.said


@pytest.mark.parametrize("kind", ODD)
def test_the_record_and_the_journal_are_bounded(tmp_path, kind):
    root = project(tmp_path / "p")
    assert limited(root, "new", "--spec", "spec.yaml").code == 0
    put(root, ".signalgen/orders.json", ODD[kind])
    put(root, ".signalgen/journal", ODD[kind])
    done = limited(root, "new", "--spec", "spec.yaml")
    assert done.code in (2, 4)
    assert "internal error in signalgen" not in done.said


@pytest.mark.parametrize("kind", ODD)
def test_notes_of_earlier_runs_are_bounded(tmp_path, monkeypatch, kind):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    root = project(tmp_path / "p")
    assert limited(root, "check").code == 0
    for note in [*(tmp_path / "cache").rglob("*")]:
        if note.is_file():
            put(note.parent, note.name, ODD[kind])
    assert limited(root, "check").code == 0


def test_hidden_code_is_not_the_same_as_a_hidden_lock_file(tmp_path):
    """An unreadable module may import the receivers; a pipe called uv.lock does not."""
    receiver = "from django.db.models.signals import post_save\nfrom django.dispatch import receiver\n\n\n@receiver(post_save)\ndef f(sender, **kwargs): ...\n"
    root = project(tmp_path / "p", {"orders/handlers.py": receiver})
    put(root, "uv.lock", _pipe)
    assert "SG103" in limited(root, "check").said


def test_ordinary_files_and_links_to_them_are_read_as_before(tmp_path):
    root = project(tmp_path / "p", {"deps.txt": "celery==5.4\nDjango==5.0\n"})
    (root / "requirements.txt").symlink_to("deps.txt")
    assert limited(root, "check").said.startswith("no findings in ")
    assert read_regular(root / "requirements.txt") == b"celery==5.4\nDjango==5.0\n"
    assert read_regular("/proc/self/status").startswith(b"Name:")


def test_the_limit_itself_is_read(tmp_path):
    file = tmp_path / "a"
    file.write_bytes(b"x" * 10)
    assert read_regular(file, 10) == b"x" * 10
    with pytest.raises(UnfitFileError) as caught:
        read_regular(file, 9)
    assert caught.value.code == "file-too-large"
    assert MOST_BYTES >= 1 << 26


def test_a_spec_may_be_a_pipe(tmp_path):
    root = project(tmp_path / "p")
    os.mkfifo(root / "pipe")
    if (child := os.fork()) == 0:
        (root / "pipe").write_text(SPEC)
        os._exit(0)
    try:
        assert limited(root, "new", "--spec", "pipe").code == 0
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
