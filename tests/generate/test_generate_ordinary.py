"""Handlers as Django developers write them, in twelve small projects: their generated tests pass, and what has none is known.

The specs were written by somebody who knew the format and not the code that plans the tests. ``untold.txt`` of each
project names the branches without a test; SIGNALGEN_BLESS=1 writes it anew.
"""

import os
import re
import shutil
from pathlib import Path

import pytest
from generate_kit import passing_tests, run

HOME = Path(__file__).resolve().parents[1] / "golden" / "ordinary"
PROJECTS = sorted(path.name for path in HOME.iterdir())
QUICK = ("library", "shop")


@pytest.mark.parametrize(
    "name",
    [pytest.param(one, marks=() if one in QUICK else pytest.mark.slow) for one in PROJECTS],
)
def test_ordinary_handlers_have_tests_that_pass(tmp_path, name):
    root = Path(
        shutil.copytree(HOME / name, tmp_path / name, ignore=shutil.ignore_patterns("*.txt"))
    )
    shutil.copy(HOME / name / "requirements.txt", root)
    outcome = run(root, (HOME / name / "spec.yaml").read_text())
    assert not outcome.problems, outcome.problems
    notes = [note.message for note in outcome.result.notes if note.code == "no-test"]
    untold = "".join(f"{re.sub(r' has no test:.*', '', note)}\n" for note in sorted(notes))
    known = HOME / name / "untold.txt"
    if os.environ.get("SIGNALGEN_BLESS"):
        known.write_text(untold)
    assert untold == known.read_text()
    outcome.write()
    assert passing_tests(root) > len(PROJECTS)
