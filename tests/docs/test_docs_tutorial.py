"""docs/tutorial.md: done step by step in an empty folder, it prints what it shows."""

from __future__ import annotations

from pathlib import Path

import docs_kit
import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/tutorial.md").read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_tutorial_in_an_empty_folder(tmp_path):
    assert docs_kit.play(PAGE, tmp_path, exactly=True) > 30
