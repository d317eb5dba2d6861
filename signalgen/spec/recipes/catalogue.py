"""The available recipes: the project's, then ours. Entry: ``Catalogue.find``."""

from __future__ import annotations

from dataclasses import field
from functools import lru_cache
from typing import TYPE_CHECKING

from signalgen.errors import SpecError
from signalgen.late import dataclass
from signalgen.packaged import recipe_file, recipe_names
from signalgen.spec.recipes.definition import Recipe, read_recipe

if TYPE_CHECKING:
    from collections.abc import Mapping

    from signalgen.spec.text.report import Report


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The recipes that a spec may name.

    ``own`` are the project's by slug, each with path and text of its file.
    """

    own: Mapping[str, tuple[str, bytes]] = field(default_factory=dict)

    def slugs(self) -> list[str]:
        """Return the names of all recipes, sorted."""
        return sorted({*self.own, *_packaged_slugs()})

    def recipes(self) -> list[Recipe]:
        """Return all recipes, by name. Raises SpecError if one is broken."""
        return [recipe for slug in self.slugs() if (recipe := self.find(slug)) is not None]

    def find(self, slug: str, report: Report | None = None) -> Recipe | None:
        """Return the recipe ``slug``, or None.

        Problems of its file go to ``report``, or are raised if that is None.
        """
        try:
            if slug in self.own:
                file, text = self.own[slug]
                return read_recipe(text, slug=slug, file=file)
            return _packaged(slug) if slug in _packaged_slugs() else None
        except SpecError as error:
            if report is None:
                raise
            report.found.extend(error.problems)
            return None


@lru_cache(maxsize=1)
def _packaged_slugs() -> frozenset[str]:
    return recipe_names()


@lru_cache(maxsize=64)
def _packaged(slug: str) -> Recipe:
    file, text = recipe_file(slug)
    return read_recipe(text, slug=slug, file=file)
