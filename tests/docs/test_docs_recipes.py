"""docs/recipes.md is made from the recipes themselves, and from what came of their races."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from signalgen.spec import Catalogue

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "scripts"))
import neighbours
from databases import FIGURES, SILENT, places
from recipes_page import page

PAGE = ROOT / "docs" / "recipes.md"


def test_the_page_is_current():
    """Run ``python scripts/recipes_page.py`` after a change of a recipe."""
    assert PAGE.read_text(encoding="utf-8") == page()


def test_every_recipe_has_figures_of_each_database():
    """Run ``make databases RECORD=1`` after a change of the races."""
    figures = json.loads(FIGURES.read_text(encoding="utf-8"))
    raced = {one["recipe"].partition(" (")[0] for one in figures}
    assert not raced & {*SILENT}
    assert raced | {*SILENT} == {*Catalogue().slugs()}
    for one in figures:
        beside = [
            other["place"]
            for other in figures
            if (other["recipe"], other["atomic"]) == (one["recipe"], one["atomic"])
        ]
        assert sorted(beside) == sorted(place.title for place in places("", ""))
        assert one["operations"] >= 200
        assert one["lost"] == 0


def test_every_recipe_has_run_beside_other_packages():
    """Run ``make neighbours RECORD=1`` after a change of its tests."""
    figures = json.loads(neighbours.FIGURES.read_text(encoding="utf-8"))
    there = {(one["recipe"], one["neighbour"]) for one in figures}
    assert {recipe for recipe, _ in there} == {*Catalogue().slugs()}
    assert {recipe for recipe, name in there if name == neighbours.GENERATED} == {
        *Catalogue().slugs()
    }
    assert all(one["tests"] > 0 for one in figures)
