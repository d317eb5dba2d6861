"""A whole project with planted defects: each is found under its code, and nothing else is.

``python benchmarks/planted.py`` shows what other tools find of the same.
"""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from benchmarks.planted import PLANTED, Defect, defects

DEFECTS = defects()


@pytest.fixture(scope="module")
def found() -> set[tuple[str, int, str]]:
    command = [
        sys.executable,
        "-m",
        "signalgen",
        "check",
        "--project",
        str(PLANTED),
        "--format",
        "json",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    return {(one["path"], one["line"], one["code"]) for one in json.loads(done.stdout)["findings"]}


def holds(defect: Defect, path: str, line: int) -> bool:
    return path == defect.path and defect.first <= line <= defect.last


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda one: f"{one.code}-{one.path}-{one.first}")
def test_a_planted_defect_is_found(defect: Defect, found: set[tuple[str, int, str]]):
    assert defect.code in {code for path, line, code in found if holds(defect, path, line)}


def test_nothing_else_is_found(found: set[tuple[str, int, str]]):
    planted = {(one.code, one.path, one.first): one for one in DEFECTS}
    others = {
        (path, line, code)
        for path, line, code in found
        if not any(one.code == code and holds(one, path, line) for one in planted.values())
    }
    assert not others
