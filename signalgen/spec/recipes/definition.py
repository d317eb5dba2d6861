"""A recipe as written; read with the tables and checks of a spec. Entry: ``read_recipe``."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from signalgen.facts.families import FITTING
from signalgen.late import dataclass
from signalgen.spec.declared import kinds, table
from signalgen.spec.declared.keys import Key, Section
from signalgen.spec.fields import join, open_fields
from signalgen.spec.recipes import parameters
from signalgen.spec.text.decoding import decode
from signalgen.spec.text.document import parse
from signalgen.spec.text.nodes import Mapping, Node, Scalar
from signalgen.spec.text.report import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping as Map

    from signalgen.spec.declared.kinds import Kind
    from signalgen.spec.fields import Fields
    from signalgen.spec.text.report import Report

RECIPE: Key[object] = Key("recipe", kinds.NAME, "The recipe.", "audit_log", required=True)
MODEL = table.HANDLER_MODEL
COMMON: tuple[Key[object], ...] = (
    Key("name", parameters.NAME, "Name of the receiver.", "keep_slug", default="recipe and model"),
    table.DESCRIPTION,
    table.ON_ERROR,
    table.WHEN,
)

_USE = Key("use", kinds.LABEL, "What it is for, in one line.", "Fill a unique slug.", required=True)
_TRAP = Key(
    "trap", kinds.TEXT, "What the usual code gets wrong.", "A query for each try.", required=True
)
_EXAMPLE = Key("example", kinds.TEXT, "A spec that uses it.", "app: shop", required=True)
_ABOUT_MODEL = Key(
    "model", kinds.BOOLEAN, "Whether it listens to a model.", "false", default="true"
)
_PARAMETERS: Key[Node] = Key("parameters", kinds.NODE, "Its parameters.", "{source: {kind: name}}")
_ONE_OF: Key[Node] = Key(
    "one_of", kinds.NODE, "Parameters of which exactly one must be given.", "[task, call]"
)
_HANDLERS: Key[Node] = Key(
    "handlers", kinds.NODE, "Handlers, with templates.", "[{name: '{{ name }}'}]"
)
_TASKS: Key[Node] = Key(
    "celery_tasks", kinds.NODE, "Tasks, with templates.", "[{name: '{{ task }}'}]"
)
_DEFINITIONS: Key[Node] = Key(
    "definitions", kinds.NODE, "Other code, with templates.", "[{name: x, code: x = 1}]"
)
_TESTS: Key[Node] = Key(
    "tests", kinds.NODE, "Tests of what it generates, with templates.", "[{name: counts_rows}]"
)
_FILE = Section(
    "recipe file",
    "A recipe",
    (
        _USE,
        _TRAP,
        _EXAMPLE,
        _ABOUT_MODEL,
        table.ON_ERROR,
        _PARAMETERS,
        _ONE_OF,
        _HANDLERS,
        _TASKS,
        _DEFINITIONS,
        _TESTS,
    ),
)

_MODULES: tuple[Literal["receivers", "services"], ...] = ("receivers", "services")
DEFINITION_NAME = Key("name", kinds.NAME, "What it defines.", "counts", required=True)
DEFINITION_CODE = Key("code", kinds.BODY, "Its code.", "counts = {}", required=True)
DEFINITION_MODULE = Key(
    "module", kinds.choice(_MODULES), "Where it goes.", "services", default="receivers"
)
DEFINITION = Section(
    "definition", "A definition", (DEFINITION_NAME, DEFINITION_CODE, DEFINITION_MODULE)
)

TEST_NAME = Key("name", kinds.NAME, "What it tests.", "counts_rows", required=True)
TEST_DESCRIPTION = Key(
    "description", kinds.LABEL, "The same in a sentence.", "A new row counts.", required=True
)
TEST_CODE = Key("code", kinds.BODY, "Its lines.", "assert make_order().pk", required=True)
TEST = Section("test", "A test", (TEST_NAME, TEST_DESCRIPTION, TEST_CODE, table.IMPORTS))

_KIND = Key("kind", kinds.LABEL, "Kind of value.", "name", required=True)
_HELP = Key("help", kinds.LABEL, "What it means.", "Field that holds the slug.", required=True)
_SHOWN = Key("example", kinds.TEXT, "A value as it is written.", "slug", required=True)
_REQUIRED = Key("required", kinds.BOOLEAN, "Whether it must be given.", "true", default="false")
_DEFAULT: Key[Node] = Key("default", kinds.NODE, "Value if none is given.", "name")
_WORDS = Key("words", kinds.NAMES, "Allowed values of the kind `words`.", "[create, update]")
_FIELD_OF = Key(
    "field_of", kinds.NAME, "Parameter with the model that has the fields it names.", "model"
)
_ATTRIBUTE_OF = Key(
    "attribute_of", kinds.NAME, "The same, if a property or method is allowed too.", "model"
)
_FIELD_KIND = Key("field_kind", kinds.choice(tuple(FITTING)), "What that field must be.", "file")
_LEADS_TO = Key(
    "leads_to", kinds.NAME, "Parameter with the model that the field leads to.", "target"
)
_EXPRESSION_OF = Key(
    "expression_of", kinds.NAME, "Parameter with the model whose row `instance` is.", "model"
)
_LOOKUPS_OF = Key(
    "lookups_of", kinds.NAME, "Parameter with the model that `F`, `Q` and aggregates name.", "model"
)
_FILLS = Key(
    "fills", kinds.NAME, "Parameter with the model of the new rows that get these values.", "log"
)
_ONLY_WITH: Key[Node] = Key(
    "only_with", kinds.NODE, "Keys of a mapping that need another parameter.", "{actor_id: actor}"
)
_LEFT_EMPTY = Key(
    "left_empty", kinds.NAMES, "Keys of a mapping whose fields may stay empty.", "[user_id]"
)
_HOLDS: Key[Node] = Key(
    "holds",
    kinds.NODE,
    "What goes into each field of a mapping: so many characters, names, texts or fields.",
    "{action: 7, old_value: start of fields}",
)
_PARAMETER = Section(
    "parameter",
    "A parameter",
    (
        _KIND,
        _HELP,
        _SHOWN,
        _REQUIRED,
        _DEFAULT,
        _WORDS,
        _FIELD_OF,
        _ATTRIBUTE_OF,
        _FIELD_KIND,
        _LEADS_TO,
        _EXPRESSION_OF,
        _LOOKUPS_OF,
        _FILLS,
        _ONLY_WITH,
        _LEFT_EMPTY,
        _HOLDS,
    ),
)


@dataclass(frozen=True, slots=True)
class Expected:
    """What a parameter's value must match in the project; each field names another parameter.

    ``field_of`` has the model whose fields it names, ``strict`` if it must be a field; for the rest
    see the keys of the same names.
    """

    kind: str
    field_of: str
    strict: bool
    field_kind: str
    leads_to: str
    expression_of: str
    lookups_of: str
    fills: str
    only_with: Map[str, str]
    left_empty: tuple[str, ...]
    holds: Map[str, str]


@dataclass(frozen=True, slots=True)
class Recipe:
    """One recipe.

    ``section`` are the keys that it takes; ``defaults``, ``handlers``, ``tasks``, ``definitions``
    and ``tests`` are templates. ``meanings`` are the meanings of its own parameters.
    """

    slug: str
    file: str
    use: str
    trap: str
    example: str
    about_model: bool
    section: Section
    one_of: tuple[str, ...]
    defaults: Map[str, Node]
    handlers: Node | None
    tasks: Node | None
    definitions: Node | None
    tests: Node | None
    meanings: Map[str, Expected]


def read_recipe(text: bytes, *, slug: str, file: str) -> Recipe:
    """Return the recipe in ``text``. Raises SpecError with every problem of the file."""
    content, report = decode(text, file)
    fields = open_fields(parse(content, report), _FILE, "", report)
    if fields is None:
        report.fail()
    declared = _declared(fields)
    about_model = fields.get(_ABOUT_MODEL) is not False
    own = tuple(key for key, _, _ in declared)
    # A recipe may have a default for ``on_error``, which the common key then shows.
    on_error = fields.entries.get(table.ON_ERROR.name)
    shown = fields.get(table.ON_ERROR) or table.ON_ERROR.default
    common = tuple(replace(key, default=shown) if key is table.ON_ERROR else key for key in COMMON)
    defaults = {key.name: default for key, default, _ in declared if default is not None}
    if on_error is not None:
        defaults[on_error.name] = on_error.value
    one_of = fields.get(_ONE_OF)
    recipe = Recipe(
        slug,
        file,
        fields.get(_USE) or "",
        fields.get(_TRAP) or "",
        fields.get(_EXAMPLE) or "",
        about_model,
        Section(f"recipe {slug}", slug, (RECIPE, *([MODEL] if about_model else []), *own, *common)),
        tuple(ref.text for ref in kinds.NAMES.read(one_of, "one_of", report) or ())
        if one_of
        else (),
        defaults,
        fields.get(_HANDLERS),
        fields.get(_TASKS),
        fields.get(_DEFINITIONS),
        fields.get(_TESTS),
        {key.name: meaning for key, _, meaning in declared},
    )
    report.finish()
    return recipe


def _declared(fields: Fields) -> list[tuple[Key[object], Node | None, Expected]]:
    # Each parameter becomes a key of the recipe, with its default and meaning.
    node = fields.get(_PARAMETERS)
    if not isinstance(node, Mapping):
        return []
    found = []
    for entry in node.entries:
        path = join(fields.below(_PARAMETERS.name), entry.key.text)
        name = kinds.NAME.read(entry.key, path, fields.report)
        inner = open_fields(entry.value, _PARAMETER, path, fields.report)
        if name is not None and inner is not None:
            found.append((_key(name, inner), inner.get(_DEFAULT), _meaning(inner)))
    return found


def _meaning(fields: Fields) -> Expected:
    strictly = fields.get(_FIELD_OF)
    return Expected(
        fields.get(_KIND) or "text",
        strictly or fields.get(_ATTRIBUTE_OF) or "",
        bool(strictly),
        fields.get(_FIELD_KIND) or "",
        fields.get(_LEADS_TO) or "",
        fields.get(_EXPRESSION_OF) or "",
        fields.get(_LOOKUPS_OF) or "",
        fields.get(_FILLS) or "",
        _texts(fields.get(_ONLY_WITH)),
        tuple(ref.text for ref in fields.get(_LEFT_EMPTY) or ()),
        _texts(fields.get(_HOLDS)),
    )


def _texts(node: Node | None) -> dict[str, str]:
    entries = node.entries if isinstance(node, Mapping) else ()
    return {e.name: e.value.text for e in entries if isinstance(e.value, Scalar)}


def _key(name: str, fields: Fields) -> Key[object]:
    default = fields.entries.get(_DEFAULT.name)
    return Key(
        name,
        _kind(fields, fields.report),
        fields.get(_HELP) or "",
        fields.get(_SHOWN) or "",
        required=bool(fields.get(_REQUIRED)),
        default=shown_default(default.value) if default else "",
    )


def shown_default(node: Node) -> str:
    """Return a default as shown in the reference."""
    text = getattr(node, "text", None)
    if text is not None:
        return str(text).replace("{{ ", "").replace(" }}", "")
    if isinstance(node, Mapping):
        pairs = (f"{entry.key.text}: {shown_default(entry.value)}" for entry in node.entries)
        return f"{{{', '.join(pairs)}}}"
    return f"[{', '.join(map(shown_default, getattr(node, 'items', ())))}]"


def _kind(fields: Fields, report: Report) -> Kind[object]:
    word = fields.get(_KIND) or "text"
    allowed = fields.get(_WORDS)
    if word == "words" and allowed:
        return parameters.words(tuple(ref.text for ref in allowed))
    if word not in parameters.KINDS:
        known = [*parameters.KINDS, "words"]
        message = f"there is no kind of parameter {word!r}"
        hint = did_you_mean(word, known) or f"allowed: {', '.join(known)}"
        report.add(
            fields.entries["kind"].value, fields.below("kind"), "invalid-value", message, hint
        )
    return parameters.KINDS.get(word, parameters.TEXT)
