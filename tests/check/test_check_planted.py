"""A whole project with planted defects: each is found under its code, and nothing else is.

``python benchmarks/planted.py`` shows what other tools find of the same.
"""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from benchmarks.planted import EVERY_RULE, PLANTED, Defect, defects
from signalgen.check.engine.rule import all_rules

DEFECTS = defects()
Places = set[tuple[str, int, str]]


def found_with(*options: str) -> Places:
    command = [sys.executable, "-m", "signalgen", "check", "--project", str(PLANTED)]
    command += ["--format", "json", *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    return {(one["path"], one["line"], one["code"]) for one in json.loads(done.stdout)["findings"]}


@pytest.fixture(scope="module")
def found() -> Places:
    return found_with(*EVERY_RULE)


def holds(defect: Defect, path: str, line: int) -> bool:
    return path == defect.path and defect.first <= line <= defect.last


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda one: f"{one.code}-{one.path}-{one.first}")
def test_a_planted_defect_is_found(defect: Defect, found: Places):
    assert defect.code in {code for path, line, code in found if holds(defect, path, line)}


def test_nothing_else_is_found(found: Places):
    others = {
        (path, line, code)
        for path, line, code in found
        if not any(one.code == code and holds(one, path, line) for one in DEFECTS)
    }
    assert not others


def test_without_options_the_rules_that_are_on_find_theirs(found: Places):
    on = {rule.code for rule in all_rules() if rule.default}
    assert found_with("--level", "info") == {place for place in found if place[2] in on}
