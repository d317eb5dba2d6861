"""docs/how-to/: each page, done step by step in a copy of the project that it names, prints what it shows."""

from __future__ import annotations

import shutil
from pathlib import Path

import docs_kit
import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = ROOT / "docs" / "how-to"
EXAMPLES = ROOT / "examples"
PROJECTS = {
    "existing-project": {".": "by_hand"},
    "monorepo": {"services/shop": "shop", "services/billing": "by_hand"},
    "two-databases": {".": "shop"},
    "typed-code": {".": "shop"},
}
"""By page: the folders that there are, and the examples that lie in them."""


def test_every_page_is_played():
    assert set(PROJECTS) <= {page.stem for page in PAGES.glob("*.md")}
    for page in PAGES.glob("*.md"):
        assert page.stem in PROJECTS or "```console" not in page.read_text(encoding="utf-8"), page


@pytest.mark.slow
@pytest.mark.parametrize("name", PROJECTS)
def test_what_a_page_shows(name, tmp_path):
    for folder, example in PROJECTS[name].items():
        shutil.copytree(EXAMPLES / example, tmp_path / folder, dirs_exist_ok=True)
    start = docs_kit.Told("git init -q && git add -A && git commit -q -m start")
    docs_kit.run(start, tmp_path, docs_kit.environment())
    page = (PAGES / f"{name}.md").read_text(encoding="utf-8")
    assert docs_kit.play(page, tmp_path, exactly=True) > 4
