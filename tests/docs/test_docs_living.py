"""docs/living-with-it.md: its commands, run in their order in one project, print what the page shows and end as it says."""

from __future__ import annotations

import shutil
from pathlib import Path

import docs_kit
import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/living-with-it.md").read_text(encoding="utf-8")
WORDS = ("upgrade", "rename", "move", "merge", "adopt", "remove")


@pytest.mark.slow
def test_the_story_of_the_page(tmp_path):
    here = shutil.copytree(ROOT / "examples" / "shop", tmp_path / "shop")
    start = docs_kit.Told("git init -q && git add -A && git commit -q -m start")
    docs_kit.run(start, here, docs_kit.environment())
    docs_kit.play(PAGE, here)


def test_every_part_of_the_story_is_there():
    heads = [line[3:].lower() for line in PAGE.splitlines() if line.startswith("## ")]
    told = docs_kit.told(PAGE)
    assert set(WORDS) <= set(heads)
    assert len(told) > 40
    assert sum(bool(step.code) for step in told) >= 5
