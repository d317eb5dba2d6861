"""docs/promises.md names tests that exist, and the README makes the same promises."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "promises.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_promise_names_tests_that_exist():
    rows = re.findall(r"^\| (P\d+) \| .+? \| (.+) \|$", PAGE, re.MULTILINE)
    assert [name for name, _ in rows] == [f"P{number}" for number in range(1, 14)]
    for name, held_by in rows:
        places = re.findall(r"`((?:tests|scripts)/[^`]+)`", held_by)
        assert places, name
        assert [place for place in places if not (ROOT / place).exists()] == []


def test_the_readme_makes_the_same_promises():
    assert re.findall(r"^\| (P\d+) \|", README, re.MULTILINE) == re.findall(
        r"^\| (P\d+) \|", PAGE, re.MULTILINE
    )
