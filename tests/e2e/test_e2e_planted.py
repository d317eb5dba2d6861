"""A slice of the planted mistakes, over an example project: each is refused at its line, and no right spec is (P13)."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_planted_mistakes_are_refused_at_their_line_and_right_specs_are_not():
    command = [sys.executable, "scripts/planted", "--cases", "60", "--jobs", "1"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
