"""Lends these tests the kits of tests/generate, tests/cli and tests/check, and gives them a tiny project to run commands in."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
sys.path += [str(TESTS / name) for name in ("generate", "cli", "check")]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a tiny project, which is the current folder."""
    from cli_kit import make_project

    root = make_project(tmp_path / "project")
    monkeypatch.chdir(root)
    monkeypatch.delenv("NO_COLOR", raising=False)
    return root
