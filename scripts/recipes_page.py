"""Write docs/recipes.md from the recipes, and from what came of their races on three databases."""

import json
from pathlib import Path

from databases import FIGURES, table

from signalgen.showing import recipes_page
from signalgen.spec import Catalogue


def page() -> str:
    """Return the whole page."""
    return recipes_page(Catalogue()) + table(json.loads(FIGURES.read_text(encoding="utf-8")))


if __name__ == "__main__":
    target = Path(__file__).resolve().parents[1] / "docs" / "recipes.md"
    target.write_text(page(), encoding="utf-8")
