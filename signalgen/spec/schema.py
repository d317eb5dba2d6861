"""The JSON Schema of a spec, made from the table of keys, for editors and other tools.

``json_schema()`` is the entry. It accepts every spec that the reader accepts; checks that only a
reader can make (Python syntax, names used twice) are left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.facts.signals import BUILTIN
from signalgen.spec.declared import kinds, table
from signalgen.spec.declared.legacy import RENAMED, TOP
from signalgen.spec.hints import by_signal, example, no_slip, no_slips
from signalgen.spec.recipes.catalogue import Catalogue

if TYPE_CHECKING:
    from collections.abc import Sequence

    from signalgen.spec.declared.keys import Key, Section
    from signalgen.spec.declared.kinds import Schema
    from signalgen.spec.recipes.definition import Recipe

_NULL: Schema = {"type": "null"}
_SOURCE = kinds.BODY.schema
_NAME = kinds.NAME.schema
_NAMES: Schema = {"anyOf": [_NAME, {"type": "string", "pattern": r"^\s*\w+(\s*,\s*\w+)+\s*$"}]}
_ANNOTATED: Schema = {
    "type": "object",
    "propertyNames": _NAME,
    "additionalProperties": {"type": ["string", "number", "boolean", "null"]},
}


def json_schema(catalogue: Catalogue | None = None) -> dict[str, object]:
    """Return the JSON Schema (2020-12) of a spec file, in today's shape or the older one.

    ``catalogue`` has the available recipes, only ours if it is None.
    """
    definitions = {
        _id(section, older=older): _section(section, older=older)
        for section in table.SECTIONS
        for older in (False, True)
    }
    recipes = (catalogue or Catalogue()).recipes()
    definitions |= {
        _id(recipe.section, older=False): _section(recipe.section, older=False)
        for recipe in recipes
    }
    definitions["recipe"] = _any_recipe(recipes)
    definitions["no_slip"] = no_slip()
    older_top: Schema = {
        "type": "object",
        "properties": {TOP: _ref(table.SPEC, older=True)},
        "required": [TOP],
        "additionalProperties": False,
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "signalgen spec",
        "description": "The signals of one Django app, as signalgen reads them.",
        # A spec with the top key of the older shape is checked as such, any other as today's.
        "if": {"type": "object", "required": [TOP]},
        "then": older_top,
        "else": {"allOf": [_ref(table.SPEC, older=False), no_slips()]},
        "$defs": definitions,
    }


def _id(section: Section, *, older: bool) -> str:
    name = section.name.replace(" ", "_")
    return f"older_{name}" if older else name


def _ref(section: Section, *, older: bool) -> Schema:
    return {"$ref": f"#/$defs/{_id(section, older=older)}"}


def _section(section: Section, *, older: bool) -> Schema:
    properties: dict[str, Schema] = {}
    exclusive: list[Schema] = []
    required: list[Schema] = []
    for key in section.keys:
        names = _spellings(key, section, older=older)
        properties.update((name, _key(key, section, older=older)) for name in names)
        # Two spellings of one key cannot be combined.
        exclusive += [{"required": [a, b]} for i, a in enumerate(names) for b in names[i + 1 :]]
        if key.required:
            required.append({"anyOf": [{"required": [name]} for name in names]})
    schema: Schema = {
        "type": "object",
        "title": section.title,
        "properties": properties,
        "additionalProperties": False,
    }
    if section is table.HANDLER and not older:
        required += by_signal(properties)
    if required:
        schema["allOf"] = required
    if exclusive:
        schema["not"] = {"anyOf": exclusive}
    return schema


def _spellings(key: Key[object], section: Section, *, older: bool) -> list[str]:
    names = [name for name in (key.name, key.also) if name]
    if older:
        names += [name.upper() for name in names]
        if section is table.SPEC:
            names += [old for old, new in RENAMED.items() if new == key.name]
    return names


def _key(key: Key[object], section: Section, *, older: bool) -> Schema:
    description = f"{key.meaning} Example: {key.name}: {key.example}"
    if key.default:
        description += f" Default: {key.default}."
    return {
        **_value(key, section, older=older),
        "description": description,
        "examples": [example(key.example)],
    }


def _value(key: Key[object], section: Section, *, older: bool) -> Schema:
    if key is table.SIGNAL:
        return {"anyOf": [{"enum": sorted(BUILTIN)}, *_alternatives(key.kind.schema)]}
    below = next((each for each in table.SECTIONS if each.name == key.section), section)
    item = _ref(below, older=older)
    shapes: dict[str, Schema] = {
        "value": key.kind.schema,
        "items": {"type": ["array", "null"], "items": item},
        "recipes": {"type": ["array", "null"], "items": {"$ref": "#/$defs/recipe"}},
        "imports": {"anyOf": [_NULL, *_one_or_many({"type": "string"})]},
        "arguments": {
            "anyOf": [_NULL, _ANNOTATED, *_one_or_many({"anyOf": [{"type": "string"}, _ANNOTATED]})]
        },
        "bodies": {
            "type": "object",
            "propertyNames": _NAMES,
            "minProperties": 1,
            "additionalProperties": _SOURCE,
        },
        "expressions": {"anyOf": [_NULL, *_one_or_many(_SOURCE)]},
        "entries": {"anyOf": _one_or_many({"anyOf": [_NAME, item]})},
    }
    return shapes[key.shape]


def _alternatives(schema: Schema) -> list[Schema]:
    # Editors offer the words of an enumeration if it is itself one of the alternatives.
    inner = schema.get("anyOf")
    return inner if isinstance(inner, list) else [schema]


def _any_recipe(recipes: Sequence[Recipe]) -> Schema:
    slugs: Schema = {
        "enum": [recipe.slug for recipe in recipes],
        "description": "\n".join(f"{recipe.slug}: {recipe.use}" for recipe in recipes),
    }
    return {
        "type": "object",
        "properties": {"recipe": slugs},
        "required": ["recipe"],
        "allOf": [
            {
                "if": {"properties": {"recipe": {"const": recipe.slug}}},
                "then": _ref(recipe.section, older=False),
            }
            for recipe in recipes
        ],
    }


def _one_or_many(item: Schema) -> list[Schema]:
    return [item, {"type": "array", "items": item}]
