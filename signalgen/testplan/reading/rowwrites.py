"""What a query of a body does to rows that a test can make. Entry: ``write_rows``.

Where nobody can tell which rows it finds, a query that is well formed is only said to run.
"""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from signalgen.dotted import root_name
from signalgen.facts import orm
from signalgen.syntax import snake_words
from signalgen.testplan.reading import kinds
from signalgen.testplan.reading.given import give
from signalgen.testplan.reading.state import (
    Effect,
    NotForeseenError,
    RowNeed,
    State,
    Term,
    model_of,
)
from signalgen.testplan.reading.steps import step
from signalgen.testplan.reading.terms import check_lookups, constant, term

if TYPE_CHECKING:
    from collections.abc import Sequence

    from signalgen.values.project import Model

NOTHING = Term(None, kinds.NONE, value=None)


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


def write_rows(node: ast.Call, state: State) -> Term:
    """Record what a call such as ``Order.objects.filter(…).update(…)`` does to rows."""
    start, calls = chain(node, state)
    last = calls[-1]
    name = method_of(last)
    if start.kind != kinds.ROWS or start.model is None:
        return _other_owner(node, name, state)
    for call in calls:
        _check(call, start.model, state)
    plain = name if name == "add" else name.removeprefix("a")
    if plain in ("create", "get_or_create", "update_or_create"):
        made = _create(start, last, state, again=plain != "create")
        named = any(method_of(call) == "using" for call in calls)
        state.effects[-1] = replace(state.effects[-1], named=named)
        return made
    lookups = _lookups(calls[:-1])
    if plain in ("update", "delete") and lookups is not None and start.path.count(".") == 0:
        _change(start.model, lookups, last, state)
    elif plain not in ("update", "delete", "bulk_create") and not _relates(start, plain, state):
        raise NotForeseenError(ast.unparse(node))
    return NOTHING


def found_row(query: ast.expr, state: State, *, want: bool) -> None:
    """Let ``query`` find a row, or none: what it asks for decides. Raises NotForeseenError."""
    start, calls = chain(query, state)
    lookups = _lookups(calls)
    if start.kind != kinds.ROWS or start.model is None or lookups is None or (start.path and want):
        raise NotForeseenError(ast.unparse(query))
    for call in calls:
        _check(call, start.model, state)
    if start.path and state.scene.family == "m2m":
        raise NotForeseenError(start.path)
    if want:
        _row(start.model, lookups, state)
        return
    pointed = next((k for k in lookups if k.arg in ("pk", "id", "pk__in")), None)
    if pointed is None:
        if start.model is state.scene.model:
            raise NotForeseenError(start.model.name)
        return
    _row_name, path = _pointed_at(pointed.value, state)
    opposite = next((k for k in lookups if _is_flag(k, state)), None)
    if opposite is None:
        raise NotForeseenError(ast.unparse(query))
    value = constant(not term(opposite.value, state).value)
    give(Term(None, kinds.FLAG, path=f"{path}.{opposite.arg}"), value, state)


def _is_flag(keyword: ast.keyword, state: State) -> bool:
    return "__" not in (keyword.arg or "__") and isinstance(term(keyword.value, state).value, bool)


def _relates(start: Term, name: str, state: State) -> bool:
    # ``instance.tags.add(…)`` ends well on a row that has been saved.
    saved = not (state.scene.before and state.scene.fixed.get("adding"))
    return name in orm.RELATING and saved and start.path.startswith("instance.")


def _other_owner(node: ast.Call, name: str, state: State) -> Term:
    owner = term(node.func.value, state)  # type: ignore[attr-defined]
    if owner.kind in (kinds.ITEMS, kinds.DATA):
        return term(node, state)
    raise NotForeseenError(f"{ast.unparse(node)}: {name}")


def _check(call: ast.Call, model: Model, state: State) -> None:
    check_lookups(call, model, state)
    if method_of(call) in ("bulk_create", "bulk_update", "annotate", "aggregate", "in_bulk"):
        raise NotForeseenError(ast.unparse(call))
    for argument in call.args:
        term(argument, state)
    for keyword in call.keywords:
        if keyword.arg != "defaults":
            _fit(keyword, model, state)


def _fit(keyword: ast.keyword, model: Model, state: State) -> Term:
    value = term(keyword.value, state)
    field = model.field(keyword.arg or "")
    needs = field is not None and field.options.get("null") != "True"
    if value.nullable and needs:
        from_path = state.given.get(value.path)
        if from_path is None:
            raise NotForeseenError(f"{keyword.arg} may be None")
    return value


def _lookups(calls: Sequence[ast.Call]) -> list[ast.keyword] | None:
    # The equalities and bounds of ``filter()``; None where the query asks for more.
    out: list[ast.keyword] = []
    for call in calls:
        name = method_of(call)
        if name in ("filter", "get") and not call.args:
            out += call.keywords
        elif name not in ("all", "using", "select_for_update", "order_by"):
            return None
    return out


def _create(start: Term, call: ast.Call, state: State, *, again: bool) -> Term:
    model = model_of(start)
    keywords = [k for k in call.keywords if k.arg not in ("defaults", None)]
    defaults = next((k.value for k in call.keywords if k.arg == "defaults"), None)
    if defaults is not None:
        if not isinstance(defaults, ast.Dict):
            raise NotForeseenError(ast.unparse(call))
        keywords += [
            ast.keyword(str(key.value), value)
            for key, value in zip(defaults.keys, defaults.values, strict=True)
            if isinstance(key, ast.Constant)
        ]
    named = {k.arg or "" for k in keywords}
    missing = [
        f.name
        for f in model.fields
        if f.required and f.name not in named and f"{f.name}_id" not in named
    ]
    own = model is state.scene.model and state.scene.family == "save"
    if call.args or missing or not model.complete or start.path or own:
        raise NotForeseenError(f"{model.name} needs {', '.join(missing)}")
    values = [(k.arg or "", _fit(k, model, state)) for k in keywords]
    known = tuple((name, value.text) for name, value in values if value.node is not None)
    named_by = tuple(k.arg or "" for k in call.keywords if k.arg != "defaults") if again else ()
    state.effects.append(
        Effect("create", "", root_name(call), state.deferred, model, "", known, named_by)
    )
    made = Term(None, kinds.ROW, model, path=f"#{len(state.effects) - 1}")
    if not again:
        return made
    return Term(None, "pair", model, path=made.path)


def _change(model: Model, lookups: Sequence[ast.keyword], call: ast.Call, state: State) -> None:
    made = _made_before(model, lookups, state)
    if made is not None and method_of(call).endswith("update"):
        state.effects[made] = _merged(state.effects[made], call, state)
        return
    try:
        row, path = _row(model, lookups, state)
    except NotForeseenError:
        return  # which rows it finds is unknown, so it only runs
    if method_of(call).endswith("delete"):
        state.effects.append(Effect("delete", "", root_name(call), state.deferred, model, row))
        return
    values: list[tuple[str, str]] = []
    for keyword in call.keywords:
        text = _new_value(row, path, keyword, state)
        if not text and "F(" not in ast.unparse(keyword.value):
            variable = f"{row.rpartition('.')[2]}_{keyword.arg}"
            state.captured.setdefault(variable, f"{row}.{keyword.arg}")
            values.append((keyword.arg or "", ""))
        elif text:
            values.append((keyword.arg or "", text))
    if values:
        _forget(row, {name for name, _ in values}, state)
        state.effects.append(
            Effect("update", "", root_name(call), state.deferred, model, row, tuple(values))
        )


def _forget(row: str, names: set[str], state: State) -> None:
    # What is written again is no longer what the row has in the end.
    for position, effect in enumerate(state.effects):
        if effect.kind == "update" and effect.row == row:
            kept = tuple(item for item in effect.values if item[0] not in names)
            state.effects[position] = replace(effect, values=kept)


def _made_before(model: Model, lookups: Sequence[ast.keyword], state: State) -> int | None:
    for position, effect in enumerate(state.effects):
        if effect.kind != "create" or effect.model is not model:
            continue
        texts = dict(effect.values)
        for keyword in lookups:
            value = term(keyword.value, state)
            same = value.path == f"#{position}.pk" or texts.get(keyword.arg or "") == value.text
            if not same or (value.node is None and not value.path.startswith("#")):
                break
        else:
            return position
    return None


def _merged(effect: Effect, call: ast.Call, state: State) -> Effect:
    # The row has been made by this body: its fields begin with their defaults.
    values = dict(effect.values)
    for keyword in call.keywords:
        name = keyword.arg or ""
        field = effect.model.field(name) if effect.model is not None else None
        start = values.get(name) or (field.options.get("default", "") if field else "")
        text = _evaluated(keyword.value, {name: start}, state)
        values.pop(name, None)
        if text:
            values[name] = text
    return replace(effect, values=tuple(values.items()))


def _new_value(row: str, path: str, keyword: ast.keyword, state: State) -> str:
    # The value that the row must have; ``F("x")`` stands for what it had before.
    names = [name for node in ast.walk(keyword.value) if (name := _of_f(node))]
    before = {}
    earlier = {
        n: text
        for effect in state.effects
        if effect.kind == "update" and effect.row == row
        for n, text in effect.values
    }
    for name in names:
        if earlier.get(name):
            before[name] = f"({earlier[name]})"
            continue
        if f"{path}.{name}" not in state.given and path != "instance":
            give(Term(None, kinds.NUMBER, path=f"{path}.{name}"), constant(5), state)
        variable = f"{row.rpartition('.')[2]}_{name}"
        state.captured.setdefault(variable, f"{row}.{name}")
        before[name] = variable
    return _evaluated(keyword.value, before, state)


def _of_f(node: ast.AST) -> str:
    # The field of ``F("field")``.
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args):
        return ""
    name = node.args[0]
    known = node.func.id == "F" and isinstance(name, ast.Constant)
    return str(name.value) if known and isinstance(name, ast.Constant) else ""


class _Before(ast.NodeTransformer):
    """Puts the value before the update in the place of ``F("field")``."""

    def __init__(self, before: dict[str, str]) -> None:
        self.before = before
        self.known = True

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Replace ``F("field")``."""
        name = _of_f(node)
        if not name:
            return self.generic_visit(node)
        text = self.before.get(name, "")
        if not text:
            self.known = False
            return node
        return ast.parse(text, mode="eval").body


def _evaluated(node: ast.expr, before: dict[str, str], state: State) -> str:
    value = term(node, state)
    if value.node is None:
        return ""
    visitor = _Before(before)
    changed = visitor.visit(ast.parse(value.text, mode="eval")).body
    text = ast.unparse(changed)
    return text if visitor.known and "F(" not in text and "Value(" not in text else ""


def _row(model: Model, lookups: Sequence[ast.keyword], state: State) -> tuple[str, str]:
    # The row that the lookups find, prepared so that they do, and its path.
    found = next((k for k in lookups if k.arg in ("pk", "id", "pk__in")), None)
    if found is not None:
        row, path = _pointed_at(found.value, state)
        for keyword in lookups:
            if keyword is not found:
                _give(path, model, keyword, state)
        return row, path
    joined = _joined(model, lookups, state)
    if joined is not None:
        for keyword in lookups:
            if keyword is not joined:
                _give("other", model, keyword, state)
        return "other", "other"
    if not lookups or model is state.scene.model:
        raise NotForeseenError(model.name)
    name = snake_words(model.name)
    if name in state.names or name == state.scene.row:
        raise NotForeseenError(name)
    values: list[tuple[str, str]] = []
    for keyword in lookups:
        field, _, lookup = (keyword.arg or "").partition("__")
        value = term(keyword.value, state)
        if step(state.scene.ctx, model, field).use not in ("field", "row", "key"):
            raise NotForeseenError(field)
        text = _fulfilling(lookup, value)
        known = model.field(field)
        stamped = known is not None and {"auto_now", "auto_now_add"} & known.options.keys()
        if not text or value.path.startswith("#") or stamped:
            raise NotForeseenError(field)
        values.append((field, text))
        if lookup == "gt" and value.node is not None:
            state.bounds[f"{name}.{field}"] = value
    need = RowNeed(model, tuple(values))
    if state.rows.setdefault(name, need) != need:
        raise NotForeseenError(name)
    return name, name


def row_found_by(query: ast.expr, state: State) -> tuple[str, Model, list[ast.Call]]:
    """Return the variable of the row that ``query`` finds, its model, and the query's calls."""
    start, calls = chain(query, state)
    plain = [call for call in calls if method_of(call) not in ("values_list", "iterator")]
    lookups = _lookups(plain)
    if start.kind != kinds.ROWS or start.model is None or lookups is None or start.path:
        raise NotForeseenError(ast.unparse(query))
    for call in plain:
        _check(call, start.model, state)
    return _row(start.model, lookups, state)[0], start.model, calls


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
    return ""


def _pointed_at(node: ast.expr, state: State) -> tuple[str, str]:
    # ``instance.post_id`` leads to the row ``comment.post``, ``pk_set`` to the other side.
    value = term(node, state)
    if value.kind == kinds.ITEMS and value.path == "pk_set":
        return "other", "other"
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
