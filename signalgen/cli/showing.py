"""The work of ``signalgen recipes``.

It generates an example's code, which the commands that only read never do.
"""

from __future__ import annotations

from difflib import get_close_matches

from signalgen.cli.inputs import own_recipes, project_root
from signalgen.cli.outcome import Outcome
from signalgen.errors import Problem, UsageError
from signalgen.showing import example_code, recipe_text, recipes_text


def recipes(slug: str | None, project: str | None) -> Outcome:
    """List the recipes, or show one in full."""
    catalogue = own_recipes(None if project is None else project_root(project))
    if slug is None:
        found = catalogue.recipes()
        listed: tuple[dict[str, object], ...] = tuple(
            {"slug": recipe.slug, "use": recipe.use} for recipe in found
        )
        return Outcome("recipes", text=recipes_text(found), recipes=listed)
    recipe = catalogue.find(slug)
    if recipe is None:
        hint = "signalgen recipes lists them"
        near = get_close_matches(slug, catalogue.slugs(), n=1)
        hint = f"did you mean {near[0]}?" if near else hint
        raise UsageError(
            Problem("", 0, 0, "", "unknown-recipe", f"there is no recipe {slug!r}", hint)
        )
    shown: dict[str, object] = {
        "slug": recipe.slug,
        "use": recipe.use,
        "trap": recipe.trap,
        "parameters": [
            {
                "name": key.name,
                "value": key.kind.label,
                "meaning": key.meaning,
                "required": key.required,
                "default": key.default,
                "example": key.example,
            }
            for key in recipe.section.keys
        ],
        "example": recipe.example,
        "code": example_code(recipe, catalogue),
    }
    return Outcome("recipes", text=recipe_text(recipe, catalogue), recipes=(shown,))
