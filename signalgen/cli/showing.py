"""The work of ``signalgen recipes``.

It generates an example's code, unlike the commands that only read.
"""

from __future__ import annotations

from signalgen.cli.inputs import own_recipes, project_root
from signalgen.cli.outcome import Outcome
from signalgen.showing import recipe_called, recipe_data, recipe_text, recipes_text


def recipes(slug: str | None, project: str | None) -> Outcome:
    """List the recipes, or show one in full."""
    catalogue = own_recipes(None if project is None else project_root(project))
    if slug is None:
        found = catalogue.recipes()
        listed: tuple[dict[str, object], ...] = tuple(
            {"slug": recipe.slug, "use": recipe.use} for recipe in found
        )
        return Outcome("recipes", text=recipes_text(found), recipes=listed)
    recipe = recipe_called(slug, catalogue)
    shown = recipe_data(recipe, catalogue)
    return Outcome("recipes", text=recipe_text(recipe, catalogue), recipes=(shown,))
