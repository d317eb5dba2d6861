"""docs/own-recipes.md: its recipe works, and it names every key, kind and filter that a recipe file may have."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from signalgen.spec import Catalogue, read_spec
from signalgen.spec.recipes import definition, parameters, source

PAGE = (Path(__file__).resolve().parents[2] / "docs/own-recipes.md").read_text(encoding="utf-8")
RECIPE = re.search(r"```yaml\n(.*?)```", PAGE, re.DOTALL)[1]
TESTS = re.search(r"```yaml\n(tests:.*?)```", PAGE, re.DOTALL)[1]
NAMED = {
    name
    for cell in re.findall(r"^\| (`.*?`) \|", PAGE, re.MULTILINE)
    for name in re.findall(r"`([^`]+)`", cell)
}


def test_the_recipe_of_the_page_works():
    catalogue = Catalogue({"stamp": ("stamp.yaml", RECIPE.encode())})
    recipe = catalogue.find("stamp")
    spec = read_spec(recipe.example.encode(), file="s", source="s", catalogue=catalogue)
    (handler,) = spec.handlers
    assert handler.name == "stamp_order"
    assert "update(changed_by=current_user_name())" in handler.body.text
    assert [(use.model.text, use.name.text, use.strict) for use in spec.uses] == [
        ("Order", "changed_by", True)
    ]


def test_the_tests_of_the_page_are_read():
    catalogue = Catalogue({"stamp": ("stamp.yaml", (RECIPE + TESTS).encode())})
    example = catalogue.find("stamp").example
    (found,) = read_spec(example.encode(), file="s", source="s", catalogue=catalogue).recipe_tests
    assert "assert row.changed_by == current_user_name()" in found.tests[0].code.text


@pytest.mark.parametrize(
    "section",
    [definition._FILE, definition._PARAMETER],
    ids=lambda section: section.title,
)
def test_every_key_is_named(section):
    assert {key.name for key in section.keys} - NAMED == set()


def test_every_kind_and_filter_is_named():
    ours = set(source._environment().filters) - set(source._environment().__class__().filters)
    assert (set(parameters.KINDS) | ours) - NAMED == set()
