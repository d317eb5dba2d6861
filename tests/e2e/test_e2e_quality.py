"""What is generated needs no excuse: ruff has nothing to say, black nothing to move, mypy nothing to doubt."""

from __future__ import annotations

import re
import sys

import pytest
from e2e_kit import RULES, Generated, run, touched


def files(generated: Generated) -> list[str]:
    """Return the Python files that the run wrote."""
    found = touched(generated.before, generated.after)
    assert generated.example.receivers in found
    return found


def test_ruff_finds_nothing(generated: Generated):
    length = str(generated.example.line_length)
    command = [
        "ruff",
        "check",
        "--isolated",
        "--no-cache",
        "--select",
        RULES,
        "--line-length",
        length,
    ]
    done = run(
        [sys.executable, "-m", *command, "--target-version", "py310", *files(generated)],
        generated.root,
    )
    assert done.code == 0, done.text


def test_black_moves_nothing(generated: Generated):
    done = run(
        [sys.executable, "-m", "black", "--check", "--diff", *files(generated)], generated.root
    )
    assert done.code == 0, done.text


@pytest.mark.slow
def test_mypy_strict_doubts_nothing_in_a_typed_app(generated: Generated):
    if not generated.example.typed:
        pytest.skip("the app is not typed")
    pytest.importorskip("mypy_django_plugin", reason="django-stubs is not installed")
    command = [
        sys.executable,
        "-m",
        "mypy",
        "--strict",
        "--cache-dir",
        "/dev/null",
        *files(generated),
    ]
    done = run(command, generated.root)
    assert done.code == 0, done.text


def test_the_gate_has_nothing_to_say(generated: Generated):
    """What check would warn of is told when the code is made, at the line of the spec."""
    assert not re.search(r"SG(?!901)\d{3}", generated.done.text)


def test_its_own_check_finds_nothing(generated: Generated):
    """Information is no fault, and not of every project: that a model has children, that a save is guarded."""
    command = ["check", "--no-cache", "--project", ".", *files(generated)]
    done = run([sys.executable, "-m", "signalgen", *command], generated.root)
    assert done.code == 0, done.text
