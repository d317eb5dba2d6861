"""A slice of the campaign: what is generated into projects of several shapes passes at once."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
QUICK = ("tests.py", "src layout")
"""One whose tests are unittest's and one whose tests are pytest's."""
OTHERS = (
    "tests package",
    "nested apps",
    "UUID keys, typed",
    "own receivers",
    "settings from pytest alone",
)


@pytest.mark.parametrize("shapes", [QUICK, pytest.param(OTHERS, marks=pytest.mark.slow)])
def test_random_handlers_get_tests_that_pass(shapes: tuple[str, ...], tmp_path: Path):
    only = [word for shape in shapes for word in ("--only", shape)]
    command = [sys.executable, "scripts/campaign", "--handlers", "5", "--work", str(tmp_path)]
    done = subprocess.run([*command, *only], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr.count(" 0 red") == len(shapes), done.stderr
