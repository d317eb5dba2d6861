"""The table of what was tried has the number of cases that there are, and none of them may be left out."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "scripts" / "tried.py"


@pytest.fixture(scope="module")
def tried():
    spec = importlib.util.spec_from_file_location("tried", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_has_the_counts_of_today(tried):
    text = tried.PAGE.read_text(encoding="utf-8")
    assert tried.page(text) == text, "python scripts/tried.py writes the page anew"


def test_there_are_as_many_hostile_cases_as_was_promised(tried):
    counts = {path: count for path, count in tried.collected().items() if "hostile" in path}
    modules = {f"tests/hostile/{path.name}" for path in (ROOT / "tests/hostile").glob("test_*.py")}
    assert counts.keys() == modules
    assert sum(counts.values()) >= 150


def test_no_hostile_case_is_expected_to_fail():
    for path in (ROOT / "tests/hostile").glob("*.py"):
        assert "xfail" not in path.read_text(encoding="utf-8"), path
