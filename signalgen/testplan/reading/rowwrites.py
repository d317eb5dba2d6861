"""What a query of a body does to rows that a test can make. Entry: ``write_rows``.

Where nobody can tell which rows it finds, a query that is well formed is only said to run.
"""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from signalgen.dotted import root_name
from signalgen.facts import orm
from signalgen.testplan.reading.given import give
from signalgen.testplan.reading.lookups import (
    chain,
    check_query,
    fitting,
    lookups_of,
    method_of,
    wanted_row,
)
from signalgen.testplan.terms import kinds
from signalgen.testplan.terms.state import (
    NOTHING,
    BodyEffect,
    NotForeseenError,
    State,
    Term,
    model_of,
)
from signalgen.testplan.terms.terms import constant, term

if TYPE_CHECKING:
    from collections.abc import Sequence

    from signalgen.values.project import Model


def write_rows(node: ast.Call, state: State) -> Term:
    """Record what a call such as ``Order.objects.filter(…).update(…)`` does to rows."""
    start, calls = chain(node, state)
    last = calls[-1]
    name = method_of(last)
    if start.kind != kinds.ROWS or start.model is None:
        return _other_owner(node, name, state)
    for call in calls:
        check_query(call, start.model, state)
    plain = name if name == "add" else name.removeprefix("a")
    if plain in ("create", "get_or_create", "update_or_create"):
        made = _create(start, last, state, again=plain != "create")
        named = any(method_of(call) == "using" for call in calls)
        state.effects[-1] = replace(state.effects[-1], named=named)
        return made
    lookups = lookups_of(calls[:-1])
    if plain in ("update", "delete") and lookups is not None and start.path.count(".") == 0:
        _change(start.model, lookups, last, state)
    elif plain not in ("update", "delete", "bulk_create") and not _relates(start, plain, state):
        raise NotForeseenError(ast.unparse(node))
    return NOTHING


def _relates(start: Term, name: str, state: State) -> bool:
    # ``instance.tags.add(…)`` ends well on a row that has been saved.
    saved = not (state.scene.before and state.scene.fixed.get("adding"))
    return name in orm.RELATING and saved and start.path.startswith("instance.")


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
    values = [(k.arg or "", fitting(k, model, state)) for k in keywords]
    known = tuple((name, value.text) for name, value in values if value.node is not None)
    named_by = tuple(k.arg or "" for k in call.keywords if k.arg != "defaults") if again else ()
    state.effects.append(
        BodyEffect("create", "", root_name(call), state.deferred, model, "", known, named_by)
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
        row, path = wanted_row(model, lookups, state)
    except NotForeseenError:
        return  # which rows it finds is unknown, so it only runs
    if method_of(call).endswith("delete"):
        state.effects.append(BodyEffect("delete", "", root_name(call), state.deferred, model, row))
        return
    values: list[tuple[str, str]] = []
    for keyword in call.keywords:
        text = _new_value(row, path, keyword, state)
        fresh = term(keyword.value, state).kind in (kinds.TEXT, kinds.MOMENT, kinds.UUID)
        if not text and fresh:
            variable = f"{row.rpartition('.')[2]}_{keyword.arg}"
            state.captured.setdefault(variable, f"{row}.{keyword.arg}")
            values.append((keyword.arg or "", ""))
        elif text:
            values.append((keyword.arg or "", text))
    if values:
        _forget(row, {name for name, _ in values}, state)
        state.effects.append(
            BodyEffect("update", "", root_name(call), state.deferred, model, row, tuple(values))
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
    return str(name.value) if node.func.id == "F" and isinstance(name, ast.Constant) else ""


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
