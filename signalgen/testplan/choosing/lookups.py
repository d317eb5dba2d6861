"""The rows that a body's queries find, prepared by the test. Entry: ``wanted_row``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.syntax import snake_words
from signalgen.testplan.choosing.answers import suited
from signalgen.testplan.choosing.given import give
from signalgen.testplan.rows.fieldvalues import is_true
from signalgen.testplan.terms import kinds
from signalgen.testplan.terms.attributes import check_lookups
from signalgen.testplan.terms.state import (
    NotForeseenError,
    RowNeed,
    State,
    Term,
    constant,
    need_row,
)
from signalgen.testplan.terms.steps import UsedAs, step
from signalgen.testplan.terms.terms import term

if TYPE_CHECKING:
    from collections.abc import Sequence

    from signalgen.values.index import ModelField
    from signalgen.values.project import Model

_GOING_ALONG = frozenset({"CASCADE", "SET_NULL", "DB_CASCADE", "DB_SET_NULL"})
"""Values of ``on_delete`` with which the target row can always be deleted."""

_KEYS = (kinds.KEY, kinds.NUMBER, kinds.UUID, kinds.NONE)
_SAME_ROWS = frozenset(
    ("all", "using", "select_for_update", "order_by", "select_related", "prefetch_related")
)
"""Methods of a query that change nothing about which rows it finds."""


def chain(node: ast.expr, state: State) -> tuple[Term, list[ast.Call]]:
    """Return the manager that a query starts from, and its calls in order."""
    calls: list[ast.Call] = []
    while True:
        if isinstance(node, ast.Name) and node.id in state.queries:
            node = state.queries[node.id]
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            break
        calls.append(node)
        node = node.func.value
    return term(node, state), calls[::-1]


def method_of(call: ast.Call) -> str:
    """Return the name of the method that ``call`` calls."""
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""


def lookups_of(calls: Sequence[ast.Call]) -> list[ast.keyword] | None:
    """Return the equalities and bounds of a query; None if it has other conditions."""
    out: list[ast.keyword] = []
    for call in calls:
        name = method_of(call)
        if name in ("filter", "get") and not call.args:
            out += call.keywords
        elif name not in _SAME_ROWS:
            return None
    return out


def leaves_out(call: ast.Call, state: State) -> bool:
    """Tell whether a call leaves out a row that is not the one that it is asked for.

    ``exclude(pk=instance.pk)``, ``exclude(pk=instance.author_id)``
    """
    if method_of(call) != "exclude" or call.args or len(call.keywords) != 1:
        return False
    (keyword,) = call.keywords
    key = term(keyword.value, state)
    return keyword.arg in ("pk", "id") and key.path.startswith("instance.") and key.kind in _KEYS


def check_query(call: ast.Call, model: Model, state: State) -> None:
    """Raise NotForeseenError unless ``call`` on a query of ``model`` succeeds."""
    check_lookups(call, model, state)
    if method_of(call) in ("bulk_create", "bulk_update", "annotate", "aggregate", "in_bulk"):
        raise NotForeseenError(ast.unparse(call))
    # A function of the project that gives a value is called once, when the query runs.
    kept, known = (list(state.effects), dict(state.stood_in)), set(state.answers)
    for argument in call.args:
        term(argument, state)
    for keyword in call.keywords:
        if keyword.arg != "defaults":
            fitting(keyword, model, state)
    state.effects[:] = kept[0]
    state.stood_in = {name: text for name, text in state.stood_in.items() if name in kept[1]}
    state.answers = {place: one for place, one in state.answers.items() if place in known}


def fitting(keyword: ast.keyword, model: Model, state: State) -> Term:
    """Return the value of ``keyword`` if the field of ``model`` takes it."""
    field = model.field(keyword.arg or "")
    value = suited(term(keyword.value, state), field, state)
    needs = field is not None and not is_true(field, "null")
    if value.nullable and needs:
        from_path = state.given.get(value.path)
        if from_path is None:
            raise NotForeseenError(f"{keyword.arg} may be None")
    return value


def may_point(field: ModelField | None, state: State) -> bool:
    """Tell whether another row's ``field`` may point at the signal's row when the receiver runs.

    Before ``post_delete`` a deletion is refused, or removes the row or its key.
    """
    if state.scene.family != "delete":
        return True
    held = field is not None and field.kind != "m2m" and field.on_delete not in _GOING_ALONG
    return state.scene.before and not held


def wanted_row(model: Model, lookups: Sequence[ast.keyword], state: State) -> tuple[str, str]:
    """Return the row that ``lookups`` find, prepared for them, and its path.

    Raises NotForeseenError if it is unknown which one it is.
    """
    found = next((k for k in lookups if k.arg in ("pk", "id", "pk__in")), None)
    row, path = ("other", "other") if found is None else pointed_at(found.value, state)
    found = found or _joined(model, lookups, state)
    if found is None:
        return _prepared(model, lookups, state)
    for keyword in lookups:
        if keyword is not found:
            _give(path, model, keyword, state)
    return row, path


def _prepared(model: Model, lookups: Sequence[ast.keyword], state: State) -> tuple[str, str]:
    # A separate row, with the values that the lookups require.
    name = snake_words(model.name)
    own = not lookups or model is state.scene.model or name == state.scene.row
    if own or name in state.names:
        raise NotForeseenError(model.name)
    need = RowNeed(model, values_for(model, lookups, state))
    need_row(name, need, state)
    return name, name


def values_for(
    model: Model, lookups: Sequence[ast.keyword], state: State, name: str = ""
) -> tuple[tuple[str, str], ...]:
    """Return the values that a row must have for the lookups to find it, as texts by field."""
    name = name or snake_words(model.name)
    values: list[tuple[str, str]] = []
    for keyword in lookups:
        field, _, lookup = (keyword.arg or "").partition("__")
        value = term(keyword.value, state)
        text, known = _fulfilling(lookup, value), model.field(field)
        use = step(state.scene.ctx, model, field)
        text = text.removesuffix(".pk") if use.use == "row" else text
        settable = use.use in ("field", "row", "key")
        stamped = known is not None and {"auto_now", "auto_now_add"} & known.options.keys()
        own = text in (state.scene.row, "pk", f"{state.scene.row}.pk", f"{state.scene.row}.id")
        new = state.scene.fixed.get("adding") is True
        kept = (own and (new or not may_point(use.field, state))) or field in model.self_set
        if not text or not settable or stamped or kept or value.path.startswith("#"):
            raise NotForeseenError(field)
        values.append((field, text))
        if lookup == "gt" and value.node is not None:
            state.bounds[f"{name}.{field}"] = value
    return tuple(values)


def relation_of(start: Term, state: State) -> UsedAs:
    """Return the relation behind ``start``, a manager; raises NotForeseenError without one.

    It is one of the signal's row, of an argument, or of a row that these lead to.
    """
    head, *names = start.path.split(".")
    argument = state.names.get(head)
    model = argument.model if argument is not None and argument.path == head else None
    model = state.scene.model if head == "instance" else model
    for name in names[:-1]:
        model = step(state.scene.ctx, model, name).model if model is not None else None
    if model is None or not names:
        raise NotForeseenError(start.text)
    return step(state.scene.ctx, model, names[-1])


def row_behind(start: Term, lookups: Sequence[ast.keyword], state: State) -> str:
    """Return the variable of a row in the relation ``start`` that ``lookups`` find.

    Raises NotForeseenError if there cannot be one.
    """
    relation, model = relation_of(start, state), start.model
    name = snake_words(model.name) if model is not None else ""
    taken = name in state.rows or name in state.names or name == state.scene.row
    nested = start.path.count(".") > 1 or not start.path.startswith("instance.")
    new = state.scene.fixed.get("adding") is True and not nested
    own = nested and model is state.scene.model
    if model is None or taken or new or own or not may_point(relation.field, state):
        raise NotForeseenError(start.text)
    if state.scene.family == "m2m" and relation.field is not None and relation.field.kind == "m2m":
        raise NotForeseenError(start.text)
    need_row(name, RowNeed(model, values_for(model, lookups, state), start.text), state)
    return name


def row_found_by(query: ast.expr, state: State) -> tuple[str, Model, list[ast.Call]]:
    """Return the variable of the row that ``query`` finds, its model, and the query's calls."""
    start, calls = chain(query, state)
    plain = [call for call in calls if method_of(call) not in ("values_list", "iterator")]
    lookups = lookups_of(plain)
    if start.kind != kinds.ROWS or start.model is None or lookups is None or start.path:
        raise NotForeseenError(ast.unparse(query))
    for call in plain:
        check_query(call, start.model, state)
    return wanted_row(start.model, lookups, state)[0], start.model, calls


def _joined(model: Model, lookups: Sequence[ast.keyword], state: State) -> ast.keyword | None:
    # ``Tag.objects.filter(posts=instance)``: the row on the other side of the relation.
    other = state.names.get("other")
    if other is None or other.model is not model or state.fixed.get("action") == "post_clear":
        return None
    return next((k for k in lookups if term(k.value, state).path == "instance"), None)


def _fulfilling(lookup: str, value: Term) -> str:
    number = value.value if isinstance(value.value, int) else None
    if lookup in ("", "exact", "lte", "gte"):
        return value.text if value.node is not None else ""
    if lookup in ("gt", "lt") and number is not None:
        return str(number + (1 if lookup == "gt" else -1))
    if lookup in ("gt", "lt") and value.kind in (kinds.MOMENT, kinds.DAY):
        sign = "+" if lookup == "gt" else "-"
        return f"timezone.now() {sign} timedelta(days=1)"
    if lookup == "isnull" and value.value is True:
        return "None"
    if lookup == "in" and value.path == "pk_set":
        return "other.pk"
    if (
        lookup == "in"
        and isinstance(value.node, (ast.List, ast.Tuple, ast.Set))
        and value.node.elts
    ):
        return ast.unparse(value.node.elts[0])
    return ""


def pointed_at(node: ast.expr, state: State) -> tuple[str, str]:
    """Return the row that a key leads to, and its path.

    ``instance.post_id`` leads to ``comment.post``, ``pk_set`` to the other side.
    """
    value = term(node, state)
    if value.kind == kinds.ITEMS and value.path == "pk_set":
        return "other", "other"
    listed = value.node
    if isinstance(listed, (ast.List, ast.Set)) and len(listed.elts) == 1:
        row = ast.unparse(listed.elts[0])
        if row.endswith(".pk"):
            name = row.removesuffix(".pk")
            return name, "instance" if name == state.scene.row else name
    owner, _, last = value.path.rpartition(".")
    if not owner or value.node is None or not isinstance(value.node, ast.Attribute):
        raise NotForeseenError(value.text)
    row = ast.unparse(value.node.value)
    if last in ("pk", "id"):
        return row, owner
    return f"{row}.{last.removesuffix('_id')}", f"{owner}.{last.removesuffix('_id')}"


def _give(path: str, model: Model, keyword: ast.keyword, state: State) -> None:
    field, _, lookup = (keyword.arg or "").partition("__")
    value = term(keyword.value, state)
    found = model.field(field)
    text = _fulfilling(lookup, value)
    if found is None or not text:
        raise NotForeseenError(field)
    kind = kinds.OF_FIELDS.get(found.type, kinds.ANY)
    known = constant(value.value + 1) if lookup == "gt" and isinstance(value.value, int) else None
    plain = value if lookup == "" else known
    if lookup == "gt":
        state.bounds[f"{path}.{field}"] = value
    give(
        Term(None, kind, path=f"{path}.{field}"),
        plain or Term(ast.parse(text, mode="eval").body, kind),
        state,
    )
