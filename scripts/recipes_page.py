"""Write docs/recipes.md from the recipes."""

from pathlib import Path

from signalgen.showing import recipes_page
from signalgen.spec import Catalogue

if __name__ == "__main__":
    page = Path(__file__).resolve().parents[1] / "docs" / "recipes.md"
    page.write_text(recipes_page(Catalogue()), encoding="utf-8")
