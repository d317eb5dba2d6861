"""The effect of a body's queries on rows that a test can make. Entry: ``write_rows``.

If it is unknown which rows a valid query finds, the test only expects it to run.
"""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from signalgen.dotted import root_name
from signalgen.facts import orm
from signalgen.testplan.choosing.answers import suited
from signalgen.testplan.choosing.lookups import (
    chain,
    check_query,
    fitting,
    lookups_of,
    method_of,
    row_behind,
    wanted_row,
)
from signalgen.testplan.reading.before import forget, goes_along, held_before, without_f
from signalgen.testplan.reading.rowsaves import shown_near
from signalgen.testplan.terms import kinds
from signalgen.testplan.terms.comprehensions import OTHER_KEY, bound
from signalgen.testplan.terms.queries import start_otherwise
from signalgen.testplan.terms.state import (
    NOTHING,
    BodyEffect,
    NotForeseenError,
    State,
    Term,
    chosen,
    model_of,
)
from signalgen.testplan.terms.terms import term

if TYPE_CHECKING:
    from collections.abc import Sequence

    from signalgen.values.project import Model


_FINE = ("DecimalField", "FloatField")


def write_rows(node: ast.Call, state: State) -> Term:
    """Record the effect of a call such as ``Order.objects.filter(…).update(…)`` on rows."""
    start, calls = chain(node, state)
    last = calls[-1]
    name = method_of(last)
    if start.kind != kinds.ROWS or start.model is None:
        return _other_owner(node, name, state)
    state.written |= _written(name, last, start.model)
    if name.removeprefix("a") == "bulk_create" and len(calls) == 1:
        return _create_many(start, last, state)
    for call in calls:
        check_query(call, start.model, state)
    plain = name if name == "add" else name.removeprefix("a")
    if plain in ("create", "get_or_create", "update_or_create"):
        made = _create(start, last, state, again=plain != "create")
        named = any(method_of(call) == "using" for call in calls)
        place = int(made.path[1:])
        state.effects[place] = replace(state.effects[place], named=named)
        return made
    lookups = lookups_of(calls[:-1])
    if plain in ("update", "delete") and lookups is not None and start.path.count(".") < 2:
        _change(start, lookups, last, state)
    elif plain not in ("update", "delete"):
        _relate(start, plain, last, state)
    return NOTHING


def _written(name: str, call: ast.Call, model: Model) -> set[str]:
    # What is deleted may take others along.
    if name.endswith("delete"):
        return {""}
    if name in ("update", "aupdate"):
        return {f"{model.label}.{keyword.arg}" for keyword in call.keywords}
    return {model.label}


def _create_many(start: Term, call: ast.Call, state: State) -> Term:
    # ``Line.objects.bulk_create([Line(…), Line(…)])``
    rows = call.args[0] if len(call.args) == 1 and not call.keywords else None
    if isinstance(rows, ast.ListComp | ast.GeneratorExp):
        # ``Line(…) for pk in pk_set``: the test joins one row.
        (loop, *more) = rows.generators
        if more or loop.ifs or term(loop.iter, state).path != "pk_set":
            raise NotForeseenError(ast.unparse(call))
        with bound(loop.target, OTHER_KEY, state):
            _create_one(start, rows.elt, state)
        return NOTHING
    if not isinstance(rows, ast.List | ast.Tuple):
        raise NotForeseenError(ast.unparse(call))
    for row in rows.elts:
        _create_one(start, row, state)
    return NOTHING


def _create_one(start: Term, row: ast.expr, state: State) -> None:
    if not isinstance(row, ast.Call) or term(row.func, state).model is not start.model:
        raise NotForeseenError(ast.unparse(row))
    check_query(row, model_of(start), state)
    _create(start, row, state, again=False)


def _relate(start: Term, name: str, call: ast.Call, state: State) -> None:
    # ``instance.tags.add(…)`` cannot fail on a row that has been saved.
    saved = not (state.scene.before and state.scene.fixed.get("adding"))
    if name not in orm.RELATING or not saved or not start.path.startswith("instance."):
        raise NotForeseenError(ast.unparse(call))
    if state.scene.family == "m2m" or start.node is None:
        return
    # What comes last counts; of several rows that are added each is there.
    earlier = [
        place
        for place, effect in enumerate(state.effects)
        if effect.kind == "related" and effect.row == start.text and effect.text
    ]
    if name == "add":
        for argument in call.args:
            _added(start, term(argument, state), state)
        earlier = [place for place in earlier if state.effects[place].name != "add"]
    elif _empties(name, call) and (earlier or _has_row(start, state)):
        # Nothing shows that it is emptied unless something is in it before.
        text = f"not {start.text}.exists()"
        state.effects.append(BodyEffect("related", text, row=start.text))
    for place in earlier:
        state.effects[place] = replace(state.effects[place], text="")


def _has_row(start: Term, state: State) -> bool:
    take_back = chosen(state)
    try:
        row_behind(start, [], state)
    except NotForeseenError:
        take_back()
        return False
    return True


def _empties(name: str, call: ast.Call) -> bool:
    lists = [arg for arg in call.args if isinstance(arg, ast.List | ast.Tuple | ast.Set)]
    nothing = len(lists) == len(call.args) == 1 and not lists[0].elts and not call.keywords
    return name == "clear" or (name == "set" and nothing)


def _added(start: Term, found: Term, state: State) -> None:
    # A row of the test, or one that the body makes.
    if found.kind != kinds.ROW:
        return
    if found.path.startswith("#"):
        values = state.effects[int(found.path[1:])].values
        shown = ", ".join(f"{field}={text}" for field, text in values)
    else:
        shown = f"pk={found.text}.pk" if found.node is not None else ""
    if shown:
        text = f"{start.text}.filter({shown}).exists()"
        state.effects.append(BodyEffect("related", text, "add", row=start.text))


def _other_owner(node: ast.Call, name: str, state: State) -> Term:
    owner = term(node.func.value, state) if isinstance(node.func, ast.Attribute) else NOTHING
    if owner.kind in (kinds.ITEMS, kinds.DATA):
        return term(node, state)
    raise NotForeseenError(f"{ast.unparse(node)}: {name}")


def _create(start: Term, call: ast.Call, state: State, *, again: bool) -> Term:
    model = model_of(start)
    keywords = [k for k in call.keywords if k.arg not in ("defaults", None)]
    defaults = next((k.value for k in call.keywords if k.arg == "defaults"), None)
    if defaults is not None:
        # What ``**`` brings may replace what stands before it.
        if not isinstance(defaults, ast.Dict) or None in defaults.keys:
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
    values = [(k.arg or "", fitting(k, model, state)) for k in keywords]
    known = tuple((name, value.text) for name, value in values if value.node is not None)
    named_by = tuple(k.arg or "" for k in call.keywords if k.arg != "defaults") if again else ()
    effect = BodyEffect("create", "", root_name(call), state.deferred, model, "", known, named_by)
    if not again:
        state.effects.append(effect)
        return Term(None, kinds.ROW, model, path=f"#{len(state.effects) - 1}")
    place = _made_already(effect, state)
    if place is None:
        state.effects.append(effect)
        return Term(None, "pair", model, path=f"#{len(state.effects) - 1}", value=True)
    if "update" in method_of(call):
        before = state.effects[place]
        kept = tuple(item for item in before.values if item[0] not in dict(values))
        state.effects[place] = replace(before, values=(*kept, *known))
    return Term(None, "pair", model, path=f"#{place}", value=False)


def _made_already(wanted: BodyEffect, state: State) -> int | None:
    # Where the body made the row that ``get_or_create()`` finds, whatever it did to it since.
    values = dict(wanted.values)
    for place, effect in enumerate(state.effects):
        if effect.kind != "create" or effect.model is not wanted.model:
            continue
        found = dict(effect.values)
        if all(name in values and found.get(name) == values[name] for name in wanted.again):
            return place
    return None


def _change(start: Term, lookups: Sequence[ast.keyword], call: ast.Call, state: State) -> None:
    model = model_of(start)
    made = None if start.path else _made_before(model, lookups, state)
    if made is not None and method_of(call).endswith("update"):
        state.effects[made] = _merged(state.effects[made], call, state)
        return
    take_back = chosen(state)
    try:
        row, path = _found(start, lookups, state)
    except NotForeseenError:
        take_back()
        return  # which rows it finds is unknown, so it only runs
    if goes_along(row, state):
        return
    if method_of(call).endswith("delete"):
        state.effects.append(BodyEffect("delete", "", root_name(call), state.deferred, model, row))
        return
    found = {k.arg or "": _told_value(model, row, path, k, state) for k in call.keywords}
    forget(row, found, state)
    values = tuple((name, text) for name, text in found.items() if text is not None)
    if values:
        state.effects.append(
            BodyEffect("update", "", root_name(call), state.deferred, model, row, values)
        )


def _told_value(
    model: Model, row: str, path: str, keyword: ast.keyword, state: State
) -> str | None:
    # "" for a different value than before, None if unknown.
    field, rounded = model.field(keyword.arg or ""), _is_rounded(model, keyword, state)
    value = suited(term(keyword.value, state), field, state)
    if rounded:
        return None
    if field is not None and not start_otherwise(value, field, f"{path}.{field.name}", state):
        return None
    # ``F("x")`` stands for the value before.
    before = held_before(row, path, keyword.value, state)
    text = without_f(value.text, before) if value.node is not None else ""
    if not text and field is not None:
        text = shown_near(value, field, f"{path}.{field.name}", state)
    if text:
        return text
    if value.kind not in (kinds.TEXT, kinds.MOMENT, kinds.UUID):
        return None
    variable = f"{row.rpartition('.')[2]}_{keyword.arg}"
    state.captured.setdefault(variable, f"{row}.{keyword.arg}")
    return ""


def _is_rounded(model: Model, keyword: ast.keyword, state: State) -> bool:
    # Whether the value's type is more precise than the field's, such as a price in an integer
    # field.
    field = model.field(keyword.arg or "")
    if field is None or field.type in _FINE:
        return False
    read = [node for node in ast.walk(keyword.value) if isinstance(node, ast.Attribute)]
    owners = [(term(node.value, state).model, node.attr) for node in read]
    fields = [owner.field(name) for owner, name in owners if owner is not None]
    return any(one is not None and one.type in _FINE for one in fields)


def _found(start: Term, lookups: Sequence[ast.keyword], state: State) -> tuple[str, str]:
    if not start.path:
        return wanted_row(model_of(start), lookups, state)
    row = row_behind(start, lookups, state)
    return row, row


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


def _merged(effect: BodyEffect, call: ast.Call, state: State) -> BodyEffect:
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


def _evaluated(node: ast.expr, before: dict[str, str], state: State) -> str:
    value = term(node, state)
    return without_f(value.text, before) if value.node is not None else ""
