"""docs/recipes.md is made from the recipes themselves."""

from __future__ import annotations

from pathlib import Path

from signalgen.showing import recipes_page
from signalgen.spec import Catalogue

PAGE = Path(__file__).resolve().parents[2] / "docs" / "recipes.md"


def test_the_page_is_current():
    """Run ``python scripts/recipes_page.py`` after a change of a recipe."""
    assert PAGE.read_text(encoding="utf-8") == recipes_page(Catalogue())
