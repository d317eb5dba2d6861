"""The rows that a body's queries find, prepared by the test. Entry: ``wanted_row``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.syntax import snake_words
from signalgen.testplan.reading.given import give
from signalgen.testplan.rows.fieldvalues import is_true
from signalgen.testplan.terms import kinds
from signalgen.testplan.terms.attributes import check_lookups, filled
from signalgen.testplan.terms.state import (
    Met,
    NotForeseenError,
    RowNeed,
    State,
    Term,
    chosen,
    constant,
)
from signalgen.testplan.terms.steps import UsedAs, step
from signalgen.testplan.terms.terms import term

if TYPE_CHECKING:
    from collections.abc import Sequence

    from signalgen.values.index import ModelField
    from signalgen.values.project import Model

_GOING_ALONG = frozenset({"CASCADE", "SET_NULL", "DB_CASCADE", "DB_SET_NULL"})
"""Values of ``on_delete`` with which the target row can always be deleted."""

_SAME_ROWS = frozenset(
    ["all", "using", "select_for_update", "order_by", "select_related", "prefetch_related", "only", "defer"]
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


def _leaves_out(call: ast.Call, state: State) -> bool:
    # ``exclude(pk=instance.pk)``
    if method_of(call) != "exclude" or call.args or len(call.keywords) != 1:
        return False
    (keyword,) = call.keywords
    own = term(keyword.value, state)
    return keyword.arg in ("pk", "id") and own.path in ("instance.pk", "instance.id")


def _is_alone(state: State, *, left_out: bool) -> bool:
    # Whether no other row of the signal's model is there: one is created, and it is not stored yet
    # or left out.
    return state.scene.fixed.get("adding") is True and (state.scene.before or left_out)


def check_query(call: ast.Call, model: Model, state: State) -> None:
    """Raise NotForeseenError unless ``call`` on a query of ``model`` succeeds."""
    check_lookups(call, model, state)
    if method_of(call) in ("bulk_create", "bulk_update", "annotate", "aggregate", "in_bulk"):
        raise NotForeseenError(ast.unparse(call))
    for argument in call.args:
        term(argument, state)
    for keyword in call.keywords:
        if keyword.arg != "defaults":
            fitting(keyword, model, state)


def fitting(keyword: ast.keyword, model: Model, state: State) -> Term:
    """Return the value of ``keyword`` if the field of ``model`` takes it."""
    value = term(keyword.value, state)
    field = model.field(keyword.arg or "")
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


def found_row(query: ast.expr, state: State, *, want: bool) -> None:
    """Make ``query`` find a row, or none, as its conditions require. Raises NotForeseenError."""
    start, calls = chain(query, state)
    others = [call for call in calls if not _leaves_out(call, state)]
    lookups = lookups_of(others)
    if start.kind != kinds.ROWS or start.model is None or lookups is None:
        raise NotForeseenError(ast.unparse(query))
    for call in calls:
        check_query(call, start.model, state)
    if start.path and state.scene.family == "m2m":
        raise NotForeseenError(start.path)
    if want:
        _one_row(start, calls, state)
        return
    pointed = next((k for k in lookups if k.arg in ("pk", "id", "pk__in")), None)
    if pointed is None:
        state.absent.add(snake_words(start.model.name))
        left_out = len(others) < len(calls)
        if start.model is state.scene.model and not _is_alone(state, left_out=left_out):
            raise NotForeseenError(start.model.name)
        return
    _row_name, path = _pointed_at(pointed.value, state)
    opposite = next((k for k in lookups if _is_flag(k, state)), None)
    if opposite is None:
        raise NotForeseenError(ast.unparse(query))
    value = constant(not term(opposite.value, state).value)
    give(Term(None, kinds.FLAG, path=f"{path}.{opposite.arg}"), value, state)


def fetched(query: ast.Call, state: State) -> Term:
    """Return the row that ``query`` gets, which the test makes; raises NotForeseenError.

    The stored row of the signal's own is ``original`` before a save.
    """
    start, calls = chain(query, state)
    lookups = lookups_of(calls)
    made = any(e.kind == "create" and e.model is start.model for e in state.effects)
    if start.kind != kinds.ROWS or start.model is None or not lookups or start.path or made:
        raise NotForeseenError(ast.unparse(query))
    for call in calls:
        check_query(call, start.model, state)
    for keyword in lookups:
        value = term(keyword.value, state)
        if keyword.arg in ("pk", "id") and value.nullable:
            filled(value, state)
    row, path = wanted_row(start.model, lookups, state)
    if path != "instance":
        return Term(ast.parse(row, mode="eval").body, kinds.ROW, start.model, path)
    own = start.model is state.scene.model
    if own and state.scene.before and "original" in state.names:
        return state.names["original"]
    if not own or state.scene.before or state.scene.family == "delete":
        raise NotForeseenError(ast.unparse(query))
    return state.names["instance"]


def first_row(node: ast.Call, state: State) -> Term:
    """Return the one row that ``….first()`` or ``….last()`` finds, or None; the path decides.

    Raises NotForeseenError.
    """
    key, query = (
        ast.unparse(node),
        node.func.value if isinstance(node.func, ast.Attribute) else node,
    )
    start, calls = chain(query, state)
    made = any(e.kind == "create" and e.model is start.model for e in state.effects)
    if start.kind != kinds.ROWS or start.model is None or made or node.args or node.keywords:
        raise NotForeseenError(key)
    if state.plan.get(key, True):
        take_back = chosen(state)
        try:
            row = _one_row(start, calls, state)
            if row.path == "instance":
                raise NotForeseenError(key)  # noqa: TRY301 - as where there is none
        except NotForeseenError:
            if key in state.plan:
                raise
            take_back()
        else:
            state.met.append(Met(key, taken=True))
            return row
    found_row(query, state, want=False)
    state.met.append(Met(key, taken=False))
    return constant(None)


def _one_row(start: Term, calls: Sequence[ast.Call], state: State) -> Term:
    others = [call for call in calls if not _leaves_out(call, state)]
    lookups = lookups_of(others)
    if lookups is None or start.model is None:
        raise NotForeseenError(start.text)
    for call in calls:
        check_query(call, start.model, state)
    own = start.model is state.scene.model and state.scene.family == "save"
    if start.path:
        row = path = row_behind(start, lookups, state)
    elif own and len(others) < len(calls):
        row = path = _another(start.model, lookups, state)
    else:
        row, path = wanted_row(start.model, lookups, state)
    return Term(ast.parse(row, mode="eval").body, kinds.ROW, start.model, path)


def _another(model: Model, lookups: Sequence[ast.keyword], state: State) -> str:
    # A second row of the signal's model, which is not the one that is saved.
    name = f"another_{state.scene.row}"
    shared = {keyword.arg for keyword in lookups}
    alone = any(shared & set(names) for names in model.together) or any(
        field.name in shared and (field.kind == "one_to_one" or is_true(field, "unique"))
        for field in model.fields
    )
    if not lookups or alone or name in state.rows:
        raise NotForeseenError(model.name)
    state.rows[name] = RowNeed(model, _values(model, lookups, state, name))
    return name


def _is_flag(keyword: ast.keyword, state: State) -> bool:
    return "__" not in (keyword.arg or "__") and isinstance(term(keyword.value, state).value, bool)


def wanted_row(model: Model, lookups: Sequence[ast.keyword], state: State) -> tuple[str, str]:
    """Return the row that ``lookups`` find, prepared for them, and its path.

    Raises NotForeseenError if it is unknown which one it is.
    """
    found = next((k for k in lookups if k.arg in ("pk", "id", "pk__in")), None)
    row, path = ("other", "other") if found is None else _pointed_at(found.value, state)
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
    need = RowNeed(model, _values(model, lookups, state))
    if state.rows.setdefault(name, need) != need:
        raise NotForeseenError(name)
    return name, name


def _values(
    model: Model, lookups: Sequence[ast.keyword], state: State, name: str = ""
) -> tuple[tuple[str, str], ...]:
    # The values that a row must have for the lookups to find it.
    name = name or snake_words(model.name)
    values: list[tuple[str, str]] = []
    for keyword in lookups:
        field, _, lookup = (keyword.arg or "").partition("__")
        value = term(keyword.value, state)
        text, known = _fulfilling(lookup, value), model.field(field)
        use = step(state.scene.ctx, model, field)
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
    """Return the relation behind ``start``, a manager of the signal's row or of one that it leads to.

    Raises NotForeseenError for any other.
    """
    head, *names = start.path.split(".")
    model = state.scene.model
    for name in names[:-1]:
        model = step(state.scene.ctx, model, name).model if model is not None else None
    if head != "instance" or model is None:
        raise NotForeseenError(start.text)
    return step(state.scene.ctx, model, names[-1])


def row_behind(start: Term, lookups: Sequence[ast.keyword], state: State) -> str:
    """Return the variable of a row in the relation ``start`` that ``lookups`` find.

    Raises NotForeseenError if there cannot be one.
    """
    relation, model = relation_of(start, state), start.model
    name = snake_words(model.name) if model is not None else ""
    taken = name in state.rows or name in state.names or name == state.scene.row
    nested = start.path.count(".") > 1
    new = state.scene.fixed.get("adding") is True and not nested
    own = nested and model is state.scene.model
    if model is None or taken or new or own or not may_point(relation.field, state):
        raise NotForeseenError(start.text)
    if state.scene.family == "m2m" and relation.field is not None and relation.field.kind == "m2m":
        raise NotForeseenError(start.text)
    state.rows[name] = RowNeed(model, _values(model, lookups, state), start.text)
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


def _pointed_at(node: ast.expr, state: State) -> tuple[str, str]:
    # ``instance.post_id`` leads to the row ``comment.post``, ``pk_set`` to the other side.
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
