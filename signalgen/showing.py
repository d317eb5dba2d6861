"""Shows the code of a recipe's example, in the same words on screen and in docs/recipes.md.

``recipe_text`` and ``recipes_page`` are the entries.
"""

from __future__ import annotations

import ast
from difflib import get_close_matches
from textwrap import fill
from typing import TYPE_CHECKING

from signalgen.errors import Problem, UsageError
from signalgen.facts.names import WELL_KNOWN
from signalgen.generating import generate
from signalgen.packaged import template_folder
from signalgen.spec import key_rows, read_spec
from signalgen.syntax import parse_body
from signalgen.values.project import App, Model, Project, Settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from signalgen.spec.recipes.catalogue import Catalogue
    from signalgen.spec.recipes.definition import Recipe
    from signalgen.values.spec import Spec


def recipe_called(slug: str, catalogue: Catalogue) -> Recipe:
    """Return the recipe ``slug``. Raises UsageError that suggests the likely one."""
    recipe = catalogue.find(slug)
    if recipe is not None:
        return recipe
    near = get_close_matches(slug, catalogue.slugs(), n=1)
    hint = f"did you mean {near[0]}?" if near else "signalgen recipes lists them"
    message = f"there is no recipe {slug!r}"
    raise UsageError(Problem("", 0, 0, "", "unknown-recipe", message, hint))


def recipe_data(recipe: Recipe, catalogue: Catalogue) -> dict[str, object]:
    """Return a recipe in full, as JSON shows it."""
    return {
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


def example_code(recipe: Recipe, catalogue: Catalogue) -> dict[str, str]:
    """Return the files that the recipe's example generates, by path.

    The example's app has only the models that the recipe names.
    """
    spec = read_spec(
        recipe.example.encode(), file=recipe.slug, source=f"{recipe.slug}.yaml", catalogue=catalogue
    )
    result = generate((spec,), _project(spec))
    made = [change for change in result.files if not change.internal and change.after]
    return {
        change.path: change.after.decode()
        for change in made
        if change.after is not None and not change.path.endswith(("apps.py", "__init__.py"))
    }


def _project(spec: Spec) -> Project:
    name = spec.app.text
    label = name.rpartition(".")[2]
    models = tuple(
        Model(
            model,
            label,
            f"{name}.models",
            f"{name}.models",
            f"{label}/models.py",
            1,
            complete=False,
        )
        for model in sorted(set(_models(spec)))
    )
    nowhere = template_folder() / "no project"
    return Project(
        str(nowhere),
        apps=(App(name, label, label, models=models),),
        settings=Settings(tests="none"),
    )


def _models(spec: Spec) -> Iterator[str]:
    # The models of the handlers, and other names in their code that look like models.
    codes = [definition.code for definition in spec.definitions]
    for handler in spec.handlers:
        yield from (ref.text for ref in handler.models)
        codes += handler.codes().values()
    for code in codes:
        names = (node.id for node in ast.walk(parse_body(code.text)) if isinstance(node, ast.Name))
        yield from (name for name in names if name[0].isupper() and name not in WELL_KNOWN)


def recipe_text(recipe: Recipe, catalogue: Catalogue) -> str:
    """Return the full description of one recipe, for a terminal."""
    parts = [f"{recipe.slug}: {recipe.use}", f"The trap: {recipe.trap}", "Parameters:"]
    parts = [fill(part, 88) for part in parts]
    width = max(len(key.name) for key in recipe.section.keys)
    parts[-1] += "".join(
        f"\n  {key.name:<{width}}  {key.meaning}{_default(key.required, key.default)}"
        f" Example: {key.example}"
        for key in recipe.section.keys[1:]
    )
    parts.append(f"Example:\n\n{_indented(recipe.example)}")
    parts += [
        f"It generates {path}:\n\n{_indented(text)}"
        for path, text in example_code(recipe, catalogue).items()
    ]
    return "\n\n".join(part.rstrip() for part in parts) + "\n"


def _default(required: bool, default: str) -> str:  # noqa: FBT001 - a key's two attributes
    if required:
        return " Required."
    return f" Default: {default}." if default else ""


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" if line else "" for line in text.rstrip().split("\n"))


def recipes_text(recipes: Sequence[Recipe]) -> str:
    """Return one line per recipe."""
    width = max(len(recipe.slug) for recipe in recipes)
    return "".join(f"{recipe.slug:<{width}}  {recipe.use}\n" for recipe in recipes)


def recipes_page(catalogue: Catalogue) -> str:
    """Return docs/recipes.md."""
    recipes = catalogue.recipes()
    rows = [f"| [`{recipe.slug}`](#{recipe.slug}) | {recipe.use} |" for recipe in recipes]
    parts = [_HEAD, "\n".join(["| recipe | use |", "| --- | --- |", *rows])]
    for recipe in recipes:
        parts += [
            f"## {recipe.slug}",
            recipe.use,
            f"**The trap.** {recipe.trap}",
            "\n".join(key_rows(recipe.section)),
            f"```yaml\n{recipe.example.rstrip()}\n```",
            *(
                f"`{path}`:\n\n```python\n{text.rstrip()}\n```"
                for path, text in example_code(recipe, catalogue).items()
            ),
        ]
    return "\n\n".join(parts) + "\n"


_HEAD = """\
# Recipes

A recipe is a ready pattern: a few lines under `recipes:` become handlers, tests included, as if \
you had written them under
`handlers:`. `signalgen recipes` lists them, `signalgen recipes audit_log` shows one in full. \
This page is made from the
recipes themselves by `python scripts/recipes_page.py`."""
