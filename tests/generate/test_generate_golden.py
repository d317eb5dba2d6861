"""Every folder of golden/generate: spec.yaml (or several) into the shop with before/ over it gives after/, exactly.

``after`` holds what changes outside of the tests; ``problems.txt`` holds what stops the run instead. Each case is run
twice, must be clean under ruff and stable under black. ``SIGNALGEN_BLESS=1`` writes what comes out, for reading.
"""

from __future__ import annotations

import os
from pathlib import Path

import forks
import pytest
from generate_kit import again, build, run

GOLDEN = Path(__file__).parents[1] / "golden" / "generate"
CASES = sorted(folder.name for folder in GOLDEN.iterdir() if folder.is_dir())
RULES = "E,F,W,I,UP,B,DJ,SIM,C4,PIE,RET"


def texts(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def words(problems):
    return "".join(
        f"{p.file}:{p.line}:{p.column} [{p.code}] {p.message}"
        + (f"\n    {p.hint}" if p.hint else "")
        + "\n"
        for p in problems
    )


def bless(folder, outcome, produced):
    if outcome.problems:
        (folder / "problems.txt").write_text(words(outcome.problems))
    for path, text in produced.items():
        (folder / "after" / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / "after" / path).write_text(text)


@pytest.fixture(params=CASES)
def case(request, tmp_path):
    folder = GOLDEN / request.param
    root = build(tmp_path / "shop", texts(folder / "before"))
    specs = [path.read_text() for path in sorted(folder.glob("spec*.yaml"))]
    return folder, root, specs


def test_golden(case):
    folder, root, specs = case
    outcome = run(root, *specs)
    produced = (
        {}
        if outcome.problems
        else {p: outcome.text(p) for p in outcome.changed() if "test" not in p}
    )
    if os.environ.get("SIGNALGEN_BLESS"):
        bless(folder, outcome, produced)
    problems = folder / "problems.txt"
    assert words(outcome.problems) == (problems.read_text() if problems.exists() else "")
    assert produced == texts(folder / "after")
    if outcome.problems:
        return
    outcome.write()
    assert again(root, *specs) == []
    python = [str(root / path) for path in produced if path.endswith(".py")]
    check_quality(root, python)


def check_quality(root, files):
    length = (
        "79"
        if (root / "pyproject.toml").exists() and "79" in (root / "pyproject.toml").read_text()
        else "88"
    )
    command = [
        "-m",
        "ruff",
        "check",
        "-q",
        "--isolated",
        "--select",
        RULES,
        "--line-length",
        "120",
        *files,
    ]
    done = forks.run(command, root, {**os.environ})
    assert done.returncode == 0, done.stdout
    command = ["-m", "black", "-q", "--check", "--diff", "-l", length, *files]
    done = forks.run(command, root, {**os.environ})
    assert done.returncode == 0, done.stdout
