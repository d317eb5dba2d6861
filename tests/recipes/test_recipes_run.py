"""Every recipe in a real Django project: its trap is avoided, and the naive code falls into it."""

from __future__ import annotations

import re
import shutil
import sys
from typing import TYPE_CHECKING

import pytest
from e2e_kit import RULES, copy, python, run, signalgen, tree
from recipes_naive import NAIVE

if TYPE_CHECKING:
    from pathlib import Path

    from e2e_kit import Done

SIGNALS = "shop/signals.py"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the project with every recipe generated into it. Tests must not write to it."""
    root = copy("recipes", tmp_path_factory.mktemp("recipes") / "shop")
    done = signalgen(root, "new", "--spec", "shop.yaml")
    assert done.code == 0, done.text
    return root


def traps(root: Path, *tests: str) -> Done:
    """Run the project's tests."""
    return python(root, "-W", "error::ResourceWarning", "manage.py", "test", *tests)


@pytest.mark.xdist_group("recipes")
def test_the_traps_are_avoided_and_the_generated_tests_pass(shop: Path):
    done = traps(shop)
    assert done.code == 0, done.text
    assert int(re.search(r"Ran (\d+) tests", done.err)[1]) > 40, done.text


@pytest.mark.xdist_group("recipes")
def test_the_naive_code_falls_into_every_trap(shop: Path, tmp_path: Path):
    """Changes that are independent of one another are tried in the same run."""
    waiting, number = dict(NAIVE), 0
    while waiting:
        root = tmp_path / f"naive{number}"
        shutil.copytree(shop, root)
        text, tried = (root / SIGNALS).read_text(), []
        for test, (pattern, replacement) in waiting.items():
            broken, places = re.subn(pattern, replacement, text)
            if places:
                text = broken
                tried.append(test)
        assert tried, f"the code has no place for {list(waiting)}"
        (root / SIGNALS).write_text(text)
        done = traps(root, "traps")
        for test in tried:
            name, _, method = test.partition(".")
            assert re.search(rf"^(FAIL|ERROR): {method} \(.*\b{name}\b", done.err, re.MULTILINE), (
                f"{test}\n{done.text}"
            )
            del waiting[test]
        number += 1


@pytest.mark.xdist_group("recipes")
def test_the_code_is_clean_and_a_second_run_changes_nothing(shop: Path):
    before = tree(shop)
    done = signalgen(shop, "new", "--spec", "shop.yaml", "--check")
    assert done.code == 0, done.text
    assert tree(shop) == before
    files = [SIGNALS, "shop/tasks.py", "shop/tests/test_signals.py"]
    for command in (
        ["ruff", "check", "--isolated", "--no-cache", "--select", RULES],
        ["black", "-q", "--check"],
    ):
        checked = run([sys.executable, "-m", *command, *files], shop)
        assert checked.code == 0, checked.text
