"""Every recipe in a real Django project: its trap is avoided, and the naive code falls into it."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from e2e_kit import PYTHON, ROOT, RULES, copy, run, signalgen, tree
from recipes_naive import NAIVE, Naive

sys.path.append(str(ROOT / "scripts"))
from databases import logged

if TYPE_CHECKING:
    from e2e_kit import Done

SIGNALS = "shop/signals.py"
VARIANTS = Path(__file__).with_name("variants.yaml")
POSTGRES = os.environ.get("SIGNALGEN_POSTGRES", "")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the project with every recipe generated into it. Tests must not write to it."""
    root = copy("recipes", tmp_path_factory.mktemp("recipes") / "shop")
    done = signalgen(root, "new", "--spec", "shop.yaml")
    assert done.code == 0, done.text
    assert not re.search(r"SG(?!901)\d{3}", done.text), done.text
    assert "is left out" not in done.text, done.text
    return root


def traps(root: Path, *tests: str) -> Done:
    """Run the project's tests, on PostgreSQL where there is one."""
    command = [PYTHON, "-W", "error::ResourceWarning", "manage.py", "test", *tests]
    return run(command, root, DATABASE_URL=f"{POSTGRES}/{root.name}" if POSTGRES else "")


@pytest.mark.xdist_group("recipes")
def test_the_traps_are_avoided_and_the_generated_tests_pass(shop: Path):
    done = traps(shop)
    assert done.code == 0, done.text
    assert int(re.search(r"Ran (\d+) tests", done.err)[1]) > 40, done.text


@pytest.mark.slow
@pytest.mark.xdist_group("recipes")
@pytest.mark.parametrize("style", ["unittest", "pytest"])
def test_the_tests_of_recipes_hold_whatever_the_parameters(tmp_path: Path, style: str):
    root = copy("recipes", tmp_path / "shop")
    shutil.copy(VARIANTS, root / "variants.yaml")
    with (root / "pyproject.toml").open("a") as file:
        file.write(f'\n[tool.signalgen]\ntests = "{style}"\n')
    done = signalgen(root, "new", "--spec", "variants.yaml")
    assert done.code == 0, done.text
    assert "is left out" not in done.text, done.text
    command = ["manage.py", "test", "shop"] if style == "unittest" else ["-m", "pytest", "shop"]
    done = run([PYTHON, *command], root, DJANGO_SETTINGS_MODULE="config.settings", PYTHONPATH=".")
    assert done.code == 0, done.text
    assert int(re.search(r"(?:Ran )?(\d+) (?:tests|passed)", done.text)[1]) > 50, done.text
    assert "skipped" not in done.text


@pytest.mark.xdist_group("recipes")
def test_no_recipe_swallows_an_error_that_cost_a_row(tmp_path: Path):
    """With ``on_error: log`` on each of them, every statement fails in turn, in each way that a database has."""
    root = copy("recipes", tmp_path / "logged")
    spec = root / "shop.yaml"
    spec.write_text(logged(spec.read_text()))
    done = signalgen(root, "new", "--spec", "shop.yaml")
    assert done.code == 0, done.text
    assert (root / SIGNALS).read_text().count("needs_rollback") > 30
    done = traps(root, "traps.test_swallowed")
    assert done.code == 0, done.text


USUAL = "\n\nfrom asgiref.local import Local\n\n_usual = Local()\n"


@pytest.mark.slow
@pytest.mark.xdist_group("recipes")
def test_the_naive_code_falls_into_every_trap(shop: Path, tmp_path: Path):
    """Changes of different places are tried in the same run; what no longer finds its place waits for the next."""
    waiting = [naive for naive in NAIVE if POSTGRES or not naive.postgres]
    for number in range(4):
        root = tmp_path / f"naive{number}"
        shutil.copytree(shop, root)
        tried = [naive for naive in waiting if change(root, naive)]
        assert tried, f"the code has no place for {waiting}"
        with (root / SIGNALS).open("a") as file:
            file.write(USUAL)
        failed = failures(traps(root, "traps", "--exclude-tag", "every_statement"))
        wanted = {test for naive in tried for test in naive.tests}
        assert wanted <= failed
        waiting = [naive for naive in waiting if naive not in tried]
        # Code that breaks what it has nothing to do with would make those tests red for nothing.
        by_chance = {test for naive in tried for test in naive.perhaps}
        assert failed - wanted - by_chance <= {test for naive in waiting for test in naive.tests}
        if not waiting:
            return
    assert waiting == []


def change(root: Path, naive: Naive) -> bool:
    """Make the code of ``root`` naive, and tell whether it had a place for that."""
    path = root / naive.path
    text, places = re.subn(naive.pattern, naive.replacement, path.read_text())
    path.write_text(text)
    return places > 0


def failures(done: Done) -> set[str]:
    """Return the tests that failed, as class and method."""
    found = re.findall(r"^(?:FAIL|ERROR): (\w+) \(([\w.]+)\)", done.err, re.MULTILINE)
    return {
        f"{name.removesuffix('.' + method).rpartition('.')[2]}.{method}" for method, name in found
    }


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


MYPY = """[mypy]
strict = true
# The project's own code is not typed: what is imported is not judged, and may be called.
follow_imports = silent
allow_untyped_calls = true
plugins = mypy_django_plugin.main
[mypy.plugins.django-stubs]
django_settings_module = config.settings
"""
# Fields of two types, compared before the save: there the stored values are typed, too.
COMPARED = """
handlers:
  - name: announce_new_values
    signal: pre_save
    model: Product
    on_change:
      name: logger.info("%s instead of %s", new, old)
      price: logger.info("%s instead of %s", new, old)
"""


@pytest.mark.xdist_group("recipes")
@pytest.mark.skipif(
    importlib.util.find_spec("mypy_django_plugin") is None, reason="django-stubs is not installed"
)
@pytest.mark.slow
def test_mypy_strict_doubts_nothing_in_a_typed_app(tmp_path: Path):
    root = copy("recipes", tmp_path / "shop")
    spec = root / "shop.yaml"
    spec.write_text("typed: true\n" + spec.read_text() + COMPARED)
    assert signalgen(root, "new", "--spec", "shop.yaml").code == 0
    (root / "mypy.ini").write_text(MYPY)
    files = [SIGNALS, "shop/services.py", "shop/tasks.py", "shop/tests/test_signals.py"]
    done = run([sys.executable, "-m", "mypy", "--cache-dir", "/dev/null", *files], root)
    assert done.code == 0, done.text
    done = run(
        [sys.executable, "-m", "ruff", "check", "--isolated", "--select", RULES, *files], root
    )
    assert done.code == 0, done.text
