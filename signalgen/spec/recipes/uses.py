"""What an entry under ``recipes`` requires of the project, by its parameters: ``uses``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.late import dataclass, pattern
from signalgen.spec.fields import join
from signalgen.spec.text.code import code_of
from signalgen.spec.text.nodes import Mapping, Scalar, Sequence
from signalgen.values.spec import Code, Ref
from signalgen.values.uses import ExpressionUse, FieldUse, FunctionUse, ModelUse, RoomUse, RowUse

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Mapping as Map

    from signalgen.spec.recipes.definition import Expected, Recipe
    from signalgen.spec.text.nodes import Node
    from signalgen.spec.text.report import Report
    from signalgen.values.spec import Mark
    from signalgen.values.uses import Use

_BLANK = pattern(r"\{(instance\.[^{}]*)\}")
_COLUMNS, _BY_FIELD = "names by name", "expressions by field"
_TELLING = ("label_field", "type_field")
"""Parameters for the field of new rows that names their model."""
_FUNCTIONS = ("callable", "task", "callable or task")


@dataclass(frozen=True, slots=True)
class Entered:
    """The values of an entry: ``nodes`` and ``values`` by parameter, defaults included.

    ``written`` are the parameters that were written.
    """

    recipe: Recipe
    place: Scalar
    path: str
    report: Report
    nodes: Map[str, Node]
    values: Map[str, object]
    written: frozenset[str]

    def mark(self, node: Node, key: str) -> Mark:
        """Return the place of ``node``, the value of ``key``."""
        return self.report.mark(node, join(self.path, key))

    def models(self) -> list[str]:
        """Return the parameters that name models."""
        return [key for key, meaning in self.recipe.meanings.items() if meaning.kind == "model"]

    def model(self, key: str) -> tuple[Ref, Ref | None] | None:
        """Return the model that ``key`` names; for a field, with the relation that leads to it."""
        node, meaning = self.nodes.get(key), self.recipe.meanings.get(key)
        if not isinstance(node, Scalar):
            return None
        ref = Ref(node.text, self.mark(node, key))
        if meaning is None or meaning.kind == "model":
            return ref, None
        owner = self.model(meaning.field_of)
        return None if owner is None or owner[1] is not None else (owner[0], ref)


def uses(given: Entered) -> Iterator[Use]:
    """Yield the requirements of each parameter of the entry."""
    for key, meaning in given.recipe.meanings.items():
        if key not in given.nodes:
            continue
        yield from _fields(given, key, meaning)
        yield from _expressions(given, key, meaning)
        node = given.nodes[key]
        if not isinstance(node, Scalar) or key not in given.written:
            continue
        if meaning.kind == "model":
            yield ModelUse(Ref(node.text, given.mark(node, key)))
        elif meaning.kind in _FUNCTIONS:
            name = Ref(node.text, given.mark(node, key))
            yield FunctionUse(name, meaning.kind, _other(given.recipe, key))
    yield from _rows(given)
    yield from _rooms(given)


def _other(recipe: Recipe, key: str) -> str:
    # The parameter for the other kind, if a function or a task is allowed.
    kinds = {recipe.meanings[name].kind: name for name in recipe.one_of if name in recipe.meanings}
    if key not in kinds.values():
        return ""
    return kinds.get("task" if recipe.meanings[key].kind == "callable" else "callable", "")


def _fields(given: Entered, key: str, meaning: Expected) -> Iterator[FieldUse]:
    of = given.model(meaning.field_of) if meaning.field_of else None
    if of is None:
        return
    leads_to = given.model(meaning.leads_to) if meaning.leads_to else None
    for name, node, column in _named(given, key, meaning):
        written = node is not None
        yield FieldUse(
            of[0],
            Ref(name, given.mark(node or _origin(given, meaning), key)),
            meaning.strict,
            meaning.field_kind,
            leads_to[0] if leads_to else None,
            of[1],
            f"{key}: {{{column}: …}}" if column else f"{key}: …",
            given=written,
        )


def _origin(given: Entered, meaning: Expected) -> Node:
    # A default is wrong because of the model that the spec names, not the recipe's own.
    for owner in (meaning.field_of, meaning.leads_to):
        if owner != "model" and owner in given.written:
            return given.nodes[owner]
    return given.place


def _named(given: Entered, key: str, meaning: Expected) -> Iterator[tuple[str, Node | None, str]]:
    # Each field with its place in the spec (None for a default) and its key in a mapping.
    node, written = given.nodes[key], key in given.written
    if meaning.kind == _COLUMNS:
        entries = node.entries if written and isinstance(node, Mapping) else ()
        said = {entry.name: entry.value for entry in entries}
        for column, name in _columns(given, key, meaning):
            yield name, said.get(column), column
        return
    for one in _keys(node):
        yield one.text, one if written else None, ""


def _keys(node: Node) -> Iterator[Scalar]:
    # The value itself, the items of a list, or the keys of a mapping.
    if isinstance(node, Scalar):
        yield node
    elif isinstance(node, Sequence):
        yield from (item for item in node.items if isinstance(item, Scalar))
    else:
        yield from (entry.key for entry in node.entries)


def _columns(given: Entered, key: str, meaning: Expected) -> Iterator[tuple[str, str]]:
    # The columns that the code fills: some of them only if another parameter is given.
    values = given.values.get(key)
    for column, name in values.items() if isinstance(values, dict) else ():
        needed = meaning.only_with.get(str(column))
        if needed is None or given.values.get(needed) is not None:
            yield str(column), str(name)


def check_twice(given: Entered) -> None:
    """Report fields of new rows that get two values: the code would be invalid."""
    for model in given.models():
        filled = list(_filled(given, model))
        names = [name for name, *_ in filled]
        for name, node, key in filled:
            if node is not None and names.count(name) > 1:
                message = f"{name} is given two values"
                given.report.add(
                    node, join(given.path, key), "duplicate-value", message, "keep one"
                )


def _filled(given: Entered, model: str) -> Iterator[tuple[str, Node | None, str]]:
    # Each field of a model's new rows with its place in the spec and its parameter.
    for key, meaning in given.recipe.meanings.items():
        if meaning.fills == model and key in given.nodes:
            for name, node, _ in _named(given, key, meaning):
                yield name, node, key


def _rows(given: Entered) -> Iterator[RowUse]:
    for model in given.models():
        filling = {key: m for key, m in given.recipe.meanings.items() if m.fills == model}
        of = given.model(model)
        if not filling or of is None or of[1] is not None:
            continue
        names = [name for name, _, _ in _filled(given, model)]
        empty = [
            name
            for key, meaning in filling.items()
            for column, name in _columns(given, key, meaning)
            if column in meaning.left_empty
        ]
        more = next((key for key, m in filling.items() if m.kind == _BY_FIELD), "")
        place = more if more in given.written else model
        mark = given.mark(given.nodes[place], place)
        held = tuple(name for name in names if name not in empty)
        rows = given.model("model")
        telling = tuple(key for key in _TELLING if key in given.recipe.meanings)
        told = any(key in given.nodes for key in telling)
        about = None if rows is None else rows[0]
        yield RowUse(of[0], held, more, given.recipe.slug, mark, about, telling, told)


def _rooms(given: Entered) -> Iterator[RoomUse]:
    for key, meaning in given.recipe.meanings.items():
        of = given.model(meaning.field_of) if meaning.holds else None
        if of is None:
            continue
        for name, node, column in _named(given, key, meaning):
            held = meaning.holds.get(column, "")
            ref = Ref(name, given.mark(node or _origin(given, meaning), key))
            if held.isdecimal():
                yield RoomUse(of[0], ref, int(held), None, (), cut=False)
            elif held:
                yield from _held(given, of[0], ref, held)


def _held(given: Entered, model: Ref, ref: Ref, held: str) -> Iterator[RoomUse]:
    # ``allowed or field`` is the first that is given; ``names of`` and ``start of`` say what is
    # stored.
    way, _, words = held.rpartition(" of ")
    keys = [key for key in words.split(" or ") if key in given.nodes]
    source = given.model("model")
    if words == "pk" and source is not None:
        yield RoomUse(model, ref, 0, source[0], ("pk",), cut=False)
    if not keys:
        return
    node, kind = given.nodes[keys[0]], given.recipe.meanings[keys[0]].kind
    texts = [one.text for one in _keys(node)]
    if way == "names" or kind == "texts by text":
        texts += [one.text for one in _values(node)] if isinstance(node, Mapping) else []
        yield RoomUse(model, ref, max(map(len, texts), default=0), None, (), cut=False)
    elif source is not None:
        yield RoomUse(model, ref, 0, source[0], tuple(texts), cut=way == "start")


def _expressions(given: Entered, key: str, meaning: Expected) -> Iterator[ExpressionUse]:
    rows = given.model(meaning.expression_of) if meaning.expression_of else None
    found = given.model(meaning.lookups_of) if meaning.lookups_of else None
    for code in _codes(given, key, meaning) if rows or found else ():
        if rows is not None:
            yield ExpressionUse(rows[0], code, lookups=False, via=rows[1])
        if found is not None:
            yield ExpressionUse(found[0], code, lookups=True, via=found[1])


def _codes(given: Entered, key: str, meaning: Expected) -> Iterator[Code]:
    path = join(given.path, key)
    for node in _values(given.nodes[key]):
        if meaning.kind == "keys":
            yield from (Code(text, given.mark(node, key)) for text in _BLANK.findall(node.text))
        else:
            yield code_of(node, path, given.report)


def _values(node: Node) -> Iterator[Scalar]:
    if isinstance(node, Scalar):
        yield node
    elif isinstance(node, Sequence):
        yield from (item for item in node.items if isinstance(item, Scalar))
    else:
        yield from (entry.value for entry in node.entries if isinstance(entry.value, Scalar))
