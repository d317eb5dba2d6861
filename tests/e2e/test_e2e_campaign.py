"""A slice of the campaign: what is generated into projects of several shapes passes at once."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SHAPES = (
    "tests package",
    "tests.py",
    "src layout",
    "nested apps",
    "UUID keys, typed",
    "own receivers",
    "settings from pytest alone",
)


def test_random_handlers_get_tests_that_pass(tmp_path: Path):
    only = [word for shape in SHAPES for word in ("--only", shape)]
    command = [sys.executable, "scripts/campaign", "--handlers", "5", "--work", str(tmp_path)]
    done = subprocess.run([*command, *only], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
