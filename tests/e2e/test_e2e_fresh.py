"""Every example spec in a project that ``startproject`` has just made, before its models are written and after."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest
from e2e_kit import EXAMPLES, Example, own_tests, python, run, signalgen, tree

SPECS = [
    pytest.param(
        example, id=example.name, marks=[] if example.name == "orders" else pytest.mark.slow
    )
    for example in EXAMPLES
    if example.name != "warehouse"
]


def copy_models(example: Example, root: Path) -> None:
    """Write the example's own apps into ``root``, where files of signalgen stay, and its settings."""
    start = PROJECTS / example.project
    base = start / "src" if (start / "src").is_dir() else start
    for path in sorted(base.rglob("*.py")):
        target = root / path.relative_to(base)
        test = "test" in path.relative_to(base).as_posix()
        if not test and (target.parts[-2] == "config" or not target.exists()):
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
    text = (start / "pyproject.toml").read_text().replace('"src"', '"."')
    (root / "pyproject.toml").write_text(text)


PROJECTS = Path(__file__).resolve().parents[1] / "projects"


@pytest.mark.parametrize("shown", SPECS)
def test_a_spec_runs_before_its_models_are_written_and_after(shown: Example, tmp_path: Path):
    done = run([sys.executable, "-m", "django", "startproject", "config", "."], tmp_path)
    assert done.code == 0, done.text
    done = signalgen(tmp_path, "new", "--spec", shown.spec)
    assert done.code == 0, done.text
    before = tree(tmp_path)
    assert signalgen(tmp_path, "new", "--spec", shown.spec).code == 0
    assert tree(tmp_path) == before
    done = python(tmp_path, "manage.py", "test")
    assert "OK (skipped=1)" in done.err, done.text

    copy_models(shown, tmp_path)
    done = signalgen(tmp_path, "new", "--spec", shown.spec)
    assert done.code == 0, done.text
    before = tree(tmp_path)
    assert signalgen(tmp_path, "new", "--spec", shown.spec).code == 0
    assert tree(tmp_path) == before
    done = own_tests(shown, tmp_path)
    assert done.code == 0, done.text
    assert "skipped" not in done.out + done.err, done.text
