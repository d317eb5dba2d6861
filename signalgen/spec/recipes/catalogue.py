"""Which recipes there are: the project's, then ours. Entry: ``Catalogue.find``."""

from __future__ import annotations

from dataclasses import field
from functools import lru_cache
from typing import TYPE_CHECKING

from signalgen.errors import SpecError
from signalgen.late import dataclass
from signalgen.packaged import template_folder
from signalgen.spec.recipes.definition import Recipe, read_recipe

if TYPE_CHECKING:
    from collections.abc import Mapping

    import jinja2

    from signalgen.spec.text.report import Report


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The recipes that a spec may name.

    ``own`` are those of the project by slug, each with path and text of its file.
    """

    own: Mapping[str, tuple[str, bytes]] = field(default_factory=dict)

    def slugs(self) -> list[str]:
        """Return the names of all recipes, sorted."""
        return sorted({*self.own, *_packaged_slugs()})

    def recipes(self) -> list[Recipe]:
        """Return all recipes, by name. Raises SpecError when one is broken."""
        return [recipe for slug in self.slugs() if (recipe := self.find(slug)) is not None]

    def find(self, slug: str, report: Report | None = None) -> Recipe | None:
        """Return the recipe ``slug``, or None.

        Problems of its file go to ``report``, or are raised where that is None.
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


def _loader() -> jinja2.FileSystemLoader:
    import jinja2

    return jinja2.FileSystemLoader(template_folder() / "recipes")


@lru_cache(maxsize=1)
def _packaged_slugs() -> frozenset[str]:
    names = _loader().list_templates()
    return frozenset(name.removesuffix(".yaml") for name in names if name.endswith(".yaml"))


@lru_cache(maxsize=64)
def _packaged(slug: str) -> Recipe:
    import jinja2

    text, file, _ = _loader().get_source(jinja2.Environment(autoescape=True), f"{slug}.yaml")
    return read_recipe(text.encode(), slug=slug, file=file or slug)
