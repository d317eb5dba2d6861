"""The tests that come with a recipe, filled in. Entry: ``read_tests``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.late import dataclass
from signalgen.spec import values
from signalgen.spec.declared import table
from signalgen.spec.fields import Fields, join, open_fields
from signalgen.spec.recipes.definition import RECIPE, TEST, TEST_CODE, TEST_DESCRIPTION, TEST_NAME
from signalgen.spec.text.nodes import Scalar, value_of
from signalgen.spec.text.python import body_fault
from signalgen.values.spec import RecipeTest, RecipeTests, Ref

if TYPE_CHECKING:
    from collections.abc import Iterable

    from signalgen.spec.recipes.definition import Recipe
    from signalgen.spec.text.nodes import Node
    from signalgen.values.spec import DefinitionSpec


@dataclass(frozen=True, slots=True)
class Made:
    """The expansion of the entry ``name``, and its model."""

    name: str
    model: Node | None
    handlers: tuple[Node, ...]
    definitions: tuple[DefinitionSpec, ...]


def read_tests(
    nodes: Iterable[Node], recipe: Recipe, around: Fields, made: Made
) -> RecipeTests | None:
    """Return the tests in ``nodes`` for ``made``, None if there are none.

    Their problems are reported at the spec's entry.
    """
    tests = [test for node in nodes if (test := _read(node, recipe, around)) is not None]
    for number, test in enumerate(tests):
        if test.name in {other.name for other in tests[:number]}:
            message = f"the recipe {recipe.slug} has two tests named {test.name}"
            around.wrong_key(RECIPE.name, "recipe", message, f"see {recipe.file}")
    if not tests:
        return None
    ids = (value_of(node, table.ID.name) or value_of(node, "name") for node in made.handlers)
    model = made.model
    # An entry without receivers is identified by what it defines: its name appears nowhere.
    name = made.name if made.handlers or not made.definitions else made.definitions[0].name
    return RecipeTests(
        name,
        Ref(model.text, around.report.mark(model, join(around.path, "model")))
        if isinstance(model, Scalar)
        else None,
        tuple(one.text for one in ids if isinstance(one, Scalar)),
        tuple(definition.name for definition in made.definitions),
        tuple(tests),
        around.mark,
    )


def _read(node: Node, recipe: Recipe, around: Fields) -> RecipeTest | None:
    fields = open_fields(node, TEST, around.path, around.report)
    if fields is None:
        return None
    name, code = fields.get(TEST_NAME), fields.get(TEST_CODE)
    if name is None or code is None:
        return None
    fault = body_fault(code.text, is_async=False)
    if fault is not None:
        message = (
            f"line {fault.line} of the test {name} of the recipe {recipe.slug}: {fault.message}"
        )
        fields.report.add(node, fields.path, "recipe", message, f"see {recipe.file}")
    lines = tuple(line for line, _names in values.imports(fields))
    return RecipeTest(name, fields.get(TEST_DESCRIPTION) or "", code, lines)
