"""Write docs/recipes.md from the recipes, from their races on three databases, and from what holds beside other packages."""

import json
from pathlib import Path

import databases
import neighbours

from signalgen.showing import recipes_page
from signalgen.spec import Catalogue


def page() -> str:
    """Return the whole page."""
    raced, beside = (
        json.loads(made.FIGURES.read_text(encoding="utf-8")) for made in (databases, neighbours)
    )
    return recipes_page(Catalogue()) + databases.table(raced) + neighbours.table(beside)


if __name__ == "__main__":
    target = Path(__file__).resolve().parents[1] / "docs" / "recipes.md"
    target.write_text(page(), encoding="utf-8")
