"""A recipe's entry in a spec -> its handlers and tasks, as nodes.

``expand(...)`` is the entry; the ordinary readers read the nodes. A template scalar that is nothing
but ``{{ name }}`` becomes the user's value with its place; everything else is placed at the line
that names the recipe. Values that render to nothing are left out, and so is an item whose ``if``
does not hold.
"""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from signalgen.late import dataclass, pattern
from signalgen.spec.declared import table
from signalgen.spec.fields import Fields, join, open_fields
from signalgen.spec.recipes.definition import (
    DEFINITION,
    DEFINITION_CODE,
    DEFINITION_MODULE,
    DEFINITION_NAME,
    MODEL,
    RECIPE,
)
from signalgen.spec.recipes.entered import check_known, check_one_of
from signalgen.spec.recipes.source import (
    BrokenTemplateError,
    Derived,
    Imported,
    Named,
    Source,
    begin,
    evaluate,
    inline,
    model_source,
    render,
    spend,
)
from signalgen.spec.recipes.testing import Made, read_tests
from signalgen.spec.recipes.uses import Entered, check_twice, uses
from signalgen.spec.text.nodes import Entry, Mapping, Node, Scalar, Sequence, value_of
from signalgen.spec.text.report import did_you_mean
from signalgen.spec.values import body
from signalgen.values.spec import Code, DefinitionSpec, Ref

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from signalgen.spec.declared.keys import Key
    from signalgen.spec.recipes.catalogue import Catalogue
    from signalgen.spec.recipes.definition import Recipe
    from signalgen.spec.text.report import Report
    from signalgen.values.spec import RecipeTests
    from signalgen.values.uses import Use

_WHOLE = pattern(r"\s*\{\{\s*(\w+)\s*\}\}\s*\Z")
_LOOP = pattern(r"for (\w+) in (.+)\Z")
_DEFAULTED = (table.ON_ERROR, table.WHEN)


@dataclass(frozen=True, slots=True)
class Around:
    """What recipes use from the spec: the app, the default model, the declared tasks."""

    app: str
    model: Ref | None
    tasks: frozenset[str]


@dataclass(frozen=True, slots=True)
class Expansion:
    """The expansion of one entry of ``recipes``.

    ``imports`` are statements with the names that they bind.
    """

    path: str
    handlers: tuple[Node, ...] = ()
    tasks: tuple[Node, ...] = ()
    definitions: tuple[DefinitionSpec, ...] = ()
    tests: RecipeTests | None = None
    imports: tuple[tuple[Code, tuple[str, ...]], ...] = ()
    uses: tuple[Use, ...] = ()
    models: tuple[Ref, ...] = ()


@dataclass(frozen=True, slots=True)
class _Filling:
    """The values for the templates of one recipe.

    ``values`` are for Jinja2, ``nodes`` are copied as written.
    """

    recipe: Recipe
    place: Scalar
    values: dict[str, object]
    nodes: dict[str, Node] = field(default_factory=dict)

    def node(self, template: Node) -> Node | None:
        # Filled in; None when nothing is left of it.
        if isinstance(template, Scalar):
            return self._scalar(template)
        if isinstance(template, Sequence):
            items = tuple(self.items(template))
            return Sequence(self.place.line, self.place.column, items) if items else None
        entries = tuple(self.entries(template))
        return Mapping(self.place.line, self.place.column, entries) if entries else None

    def items(self, template: Sequence) -> Iterator[Node]:
        # An item with ``for`` yields one item per iteration, an item whose ``if`` does not hold
        # yields none.
        for item in template.items:
            loop = value_of(item, "for")
            if isinstance(loop, Scalar) and isinstance(item, Mapping):
                # Without its ``for`` the item is filled in once per iteration, which also checks
                # its ``if``.
                once = item._replace(
                    entries=tuple(entry for entry in item.entries if entry.name != "for")
                )
                for turn in self._turns(f"for {loop.text}"):
                    yield from turn.items(template._replace(items=(once,)))
                continue
            condition = value_of(item, "if")
            if isinstance(condition, Scalar) and not evaluate(condition.text, self.values):
                continue
            filled = self.node(item)
            if filled is not None:
                yield filled

    def text(self, template: str) -> str:
        return render(template, self.values).strip("\n") if "{" in template else template

    def _scalar(self, template: Scalar) -> Scalar | Sequence | Mapping | None:
        # ``{{ name }}`` alone keeps the user's node, with its place in the spec for later messages.
        whole = _WHOLE.match(template.text)
        if whole and whole[1] in self.nodes:
            return self.nodes[whole[1]]
        if whole and whole[1] in self.values and self.values[whole[1]] is None:
            return None
        text = self.text(template.text)
        return self.place._replace(text=text, style="plain") if text.strip() else None

    def entries(self, template: Mapping) -> Iterator[Entry]:
        # Keys with nothing left are dropped; ``for x in y`` gives one set of keys for each x.
        for entry in template.entries:
            if isinstance(entry.value, Mapping) and entry.name.startswith("for "):
                for turn in self._turns(entry.name):
                    yield from turn.entries(entry.value)
            elif entry.name != "if":
                value = self.node(entry.value)
                if value is not None:
                    name = self.text(entry.name)
                    yield Entry(name, self.place._replace(text=name), value)

    def _turns(self, loop: str) -> Iterator[_Filling]:
        match = _LOOP.match(loop)
        found = evaluate(match[2], self.values) if match else None
        if match is None or not isinstance(found, (list, dict, type(None))):
            message = f"{loop!r} needs a name, and a list or mapping"
            raise BrokenTemplateError(message)
        for item in found or ():
            spend()
            yield _Filling(self.recipe, self.place, {**self.values, match[1]: item}, self.nodes)


def expand(
    node: Node, path: str, report: Report, catalogue: Catalogue, around: Around
) -> Expansion | None:
    """Return the expansion of the entry ``node``, or None after reporting the reason."""
    recipe = _recipe(node, path, report, catalogue)
    if recipe is None:
        return None
    before = len(report.found)
    fields = open_fields(node, recipe.section, path, report)
    if fields is None:
        return None
    filling = _filling(recipe, fields, around)
    if len(report.found) == before:
        check_twice(_given(filling, fields))
    # A wrong parameter has been reported: filling templates with it would only cause further
    # problems.
    if len(report.found) > before:
        return None
    filled = _templates(filling, path, report)
    if filled is None:
        return None
    handlers = tuple(_with_common(handler, filling) for handler in filled.get("handlers", ()))
    definitions = tuple(
        definition
        for item in filled.get("definitions", ())
        if (definition := _definition(item, path, report)) is not None
    )
    made = Made(str(filling.values["name"]), filling.nodes.get(MODEL.name), handlers, definitions)
    # A recipe does not know the user's guard: its tests might not get past it. No test helper makes
    # rows of a model that is an attribute of another.
    known = filling.values[table.WHEN.name] is None and not any(
        isinstance(value, Derived) for value in filling.values.values()
    )
    tests = filled.get("tests", ()) if known else ()
    return Expansion(
        path,
        handlers,
        filled.get("tasks", ()),
        definitions,
        read_tests(tests, recipe, fields, made),
        tuple(_imports(filling, report, path)),
        tuple(uses(_given(filling, fields))),
        tuple(_models(filling)),
    )


def _templates(filling: _Filling, path: str, report: Report) -> dict[str, tuple[Node, ...]] | None:
    # Each list of templates filled in; None, with a report, if that is impossible.
    recipe = filling.recipe
    begin()
    try:
        return {
            name: tuple(filling.items(template))
            for name, template in (
                ("handlers", recipe.handlers),
                ("tasks", recipe.tasks),
                ("definitions", recipe.definitions),
                ("tests", recipe.tests),
            )
            if isinstance(template, Sequence)
        }
    except BrokenTemplateError as error:
        message = f"the recipe {recipe.slug} cannot be expanded: {error}"
        report.add(filling.place, path, "recipe", message, f"see {recipe.file}")
        return None


def _given(filling: _Filling, fields: Fields) -> Entered:
    return Entered(
        filling.recipe,
        filling.place,
        fields.path,
        fields.report,
        filling.nodes,
        filling.values,
        frozenset(fields.entries),
    )


def _models(filling: _Filling) -> Iterator[Ref]:
    # The sender's own model only if the code is separate from its receiver.
    for name, value in filling.values.items():
        apart = name != "model" or filling.recipe.definitions is not None
        if isinstance(value, Named) and "." in value.ref.text and apart:
            yield value.ref


def _definition(node: Node, path: str, report: Report) -> DefinitionSpec | None:
    fields = open_fields(node, DEFINITION, path, report)
    if fields is None:
        return None
    code = body(fields, DEFINITION_CODE, is_async=False)
    name = fields.get(DEFINITION_NAME)
    if code is None or name is None:
        return None
    return DefinitionSpec(name, fields.get(DEFINITION_MODULE) or "receivers", code)


def _recipe(node: Node, path: str, report: Report, catalogue: Catalogue) -> Recipe | None:
    name = value_of(node, RECIPE.name)
    if not isinstance(node, Mapping) or name is None:
        what = "the entry names no recipe" if isinstance(node, Mapping) else "expected a mapping"
        report.add(node, path, "missing-key", what, f"add {RECIPE.name}: {RECIPE.example}")
        return None
    slug = RECIPE.kind.read(name, f"{path}.recipe", report)
    if not isinstance(slug, str):
        return None
    if slug not in catalogue.slugs():
        hint = did_you_mean(slug, catalogue.slugs()) or "signalgen recipes lists them"
        report.add(name, f"{path}.recipe", "unknown-recipe", f"there is no recipe {slug}", hint)
        return None
    return catalogue.find(slug, report)


def _filling(recipe: Recipe, fields: Fields, around: Around) -> _Filling:
    entry = fields.entries[RECIPE.name].value
    place = entry if isinstance(entry, Scalar) else fields.entries[RECIPE.name].key
    values: dict[str, object] = {
        "app": Source(around.app),
        "recipe": Source(recipe.slug),
        "tasks": sorted(around.tasks),
    }
    model = around.model
    filling = _Filling(recipe, place, values)
    check_one_of(recipe, fields)
    if recipe.about_model:
        own = fields.get(MODEL)
        used = own or model
        if used is None and not fields.has(MODEL):
            message = f"the recipe {recipe.slug} needs the model that it is for"
            fields.report.add(place, fields.path, "missing-key", message, "add model: Order")
        values["model"] = model_source(used) if used is not None else None
        values["model_path"] = Source(used.text) if used is not None else None
    for key in recipe.section.keys:
        if key not in (RECIPE, MODEL):
            _fill(filling, fields, key)
    if fields.has(MODEL):
        filling.nodes["model"] = fields.entries["model"].value
    elif model is not None and recipe.about_model:
        filling.nodes["model"] = place._replace(text=model.text, style="plain")
    return filling


def _fill(filling: _Filling, fields: Fields, key: Key[object]) -> None:
    # As written, otherwise the default, which may use the parameters before it.
    value, default = None, _default(filling, key)
    if default is not None:
        filling.nodes[key.name] = default
        value = key.kind.read(default, fields.path, fields.report)
    if fields.has(key):
        filling.nodes[key.name] = fields.entries[key.name].value
        given = fields.get(key)
        if isinstance(given, dict) and isinstance(value, dict):
            check_known(given, value, fields, key)
            # The user's mapping overrides the default key by key.
            given = {**value, **given}
        value = given
    filling.values[key.name] = inline(value.text) if isinstance(value, Code) else value


def _default(filling: _Filling, key: Key[object]) -> Node | None:
    template = filling.recipe.defaults.get(key.name)
    if key.name == "name":
        text = "{{ recipe }}_{{ model | snake }}" if filling.recipe.about_model else "{{ recipe }}"
        template = filling.place._replace(text=text, style="plain")
    if template is None or (filling.recipe.about_model and filling.values["model"] is None):
        return None
    return filling.node(template)


def _with_common(handler: Node, filling: _Filling) -> Node:
    # The user's common keys apply if the template does not set them itself.
    if not isinstance(handler, Mapping):
        return handler
    there = {entry.name for entry in handler.entries}
    keys = [
        key.name
        for key in (*_DEFAULTED, MODEL)
        if key.name not in there and key.name in filling.nodes
    ]
    # The user's description replaces the template's.
    if "description" in filling.nodes:
        handler = handler._replace(
            entries=tuple(entry for entry in handler.entries if entry.name != "description")
        )
        keys.append("description")
    added = (Entry(name, filling.place._replace(text=name), filling.nodes[name]) for name in keys)
    return handler._replace(entries=(*filter(_limits, handler.entries), *added))


def _limits(entry: Entry) -> bool:
    # ``when: True`` in a template overrides the user's condition, and adds none itself.
    always = isinstance(entry.value, Scalar) and entry.value.text == "True"
    return entry.name != table.WHEN.name or not always


def _imports(
    filling: _Filling, report: Report, path: str
) -> Iterator[tuple[Code, tuple[str, ...]]]:
    for name, given in filling.values.items():
        node = filling.nodes.get(name, filling.place)
        for value in _sources(given):
            if isinstance(value, Imported):
                yield Code(value.line, report.mark(node, join(path, name))), (str(value),)


def _sources(value: object) -> Iterator[Source]:
    if isinstance(value, Source):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _sources(item)
    elif isinstance(value, dict):
        yield from _sources(list(value.values()))


def declared_tasks(nodes: Iterable[Node]) -> frozenset[str]:
    """Return the names of the tasks that a spec declares, before they are read."""
    names = (value_of(node, table.TASK_NAME.name) for node in nodes if isinstance(node, Mapping))
    return frozenset(name.text for name in names if isinstance(name, Scalar))
