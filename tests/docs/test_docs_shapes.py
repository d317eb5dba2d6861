"""docs/shapes.md names every shape of the survey, and each folder of golden/runs once."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "shapes.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (\d*) ?\| (.+) \| (.+) \|$", PAGE, re.MULTILINE)


def test_every_shape_of_the_survey_has_its_row():
    assert [int(number) for number, _, _ in ROWS if number] == list(range(1, 44))


def test_the_folders_are_those_that_there_are_each_of_them_once():
    named = [name for _, _, held_by in ROWS for name in re.findall(r"`(\w+)`", held_by)]
    there = [folder.name for folder in (ROOT / "tests" / "golden" / "runs").iterdir()]
    assert sorted(named) == sorted(there)


def test_the_other_tests_exist():
    places = [place for _, _, held_by in ROWS for place in re.findall(r"`(tests/[^`]+)`", held_by)]
    assert len(places) > 4
    assert [place for place in places if not (ROOT / place).exists()] == []
