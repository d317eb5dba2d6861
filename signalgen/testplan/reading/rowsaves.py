"""The result of a body's ``save()`` in the database. Entry: ``save_row``."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from signalgen.testplan.reading.before import forget, goes_along, held_before, without_f
from signalgen.testplan.rows.fieldvalues import is_true
from signalgen.testplan.rows.relations import sender_model
from signalgen.testplan.terms import kinds
from signalgen.testplan.terms.queries import is_asked, start_otherwise
from signalgen.testplan.terms.state import NEAR, BodyEffect, NotForeseenError, State, Term, constant
from signalgen.values.spec import watched

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.values.index import ModelField

_TAKEN = ("update_fields", "using")
_ROUNDED = ("DecimalField", "FloatField")
_EACH_SAVE = frozenset({"body", "on_update", "implementation", "after_commit"})


def save_row(owner: Term, node: ast.Call, state: State) -> None:
    """Record the fields that ``node``, a ``save()`` of ``owner``, writes.

    Those are the fields that the body has assigned. Raises NotForeseenError.
    """
    if any(keyword.arg not in _TAKEN for keyword in node.keywords) or node.args:
        raise NotForeseenError(ast.unparse(node))
    named = _named(node)
    changed = dict(_assigned(owner, named, state))
    label = owner.model.label if owner.model is not None else ""
    state.written |= {f"{label}.{name}" for name in changed} if label else {""}
    if owner.path != "instance" and _heard(owner, state):
        raise NotForeseenError(ast.unparse(node))
    if owner.path == "instance":
        _check_again(node, set(changed), state)
    if not changed or owner.node is None or goes_along(owner.path, state):
        return
    row, names = ast.unparse(owner.node), set(changed)
    shown = {name: _shown(owner, row, field, names, state) for name, field in changed.items()}
    values = tuple((name, text) for name, text in shown.items() if text is not None)
    forget(row, shown, state)
    if values:
        state.effects.append(BodyEffect("update", "", "", state.deferred, owner.model, row, values))


def read_again(owner: Term, state: State) -> None:
    """Replace each ``F()`` that was saved with a number, once the row is read again."""
    row = ast.unparse(owner.node) if owner.node is not None else ""
    stored = {
        name: text
        for effect in state.effects
        if effect.kind == "update" and effect.row == row
        for name, text in effect.values
    }
    for path, value in list(state.assigned.items()):
        head, _, name = path.rpartition(".")
        if head == owner.path and value.kind == "expression":
            text = stored.get(name, "")
            node = ast.parse(text, mode="eval").body if text else None
            state.assigned[path] = Term(node, kinds.NUMBER)


def _named(node: ast.Call) -> frozenset[str] | None:
    # The names in ``update_fields``, None without it.
    given = next((k.value for k in node.keywords if k.arg == "update_fields"), None)
    if given is None:
        return None
    parts = given.elts if isinstance(given, (ast.List, ast.Tuple, ast.Set)) else []
    names = [part.value for part in parts if isinstance(part, ast.Constant)]
    if not parts or len(names) != len(parts):
        raise NotForeseenError(ast.unparse(node))
    return frozenset(map(str, names))


def _assigned(
    owner: Term, named: frozenset[str] | None, state: State
) -> Iterator[tuple[str, ModelField]]:
    for path in state.assigned:
        head, _, name = path.rpartition(".")
        field = owner.model.field(name) if owner.model is not None else None
        stamped = field is None or {"auto_now", "auto_now_add"} & field.options.keys()
        wanted = head == owner.path and (named is None or name in named)
        if wanted and field is not None and not stamped:
            yield name, field


def _heard(owner: Term, state: State) -> bool:
    # Whether the save of another row also runs the receiver.
    handled = state.scene.handled
    models = [sender_model(state.scene.ctx, sender) for sender in handled.senders]
    senders = {model.label if model is not None else "" for model in models}
    called = owner.model is None or not senders or not senders.isdisjoint({owner.model.label, ""})
    return called and state.scene.family == "save" and handled.handler.recursion != "guarded"


def _check_again(node: ast.Call, changed: set[str], state: State) -> None:
    # The receiver is called again: it must have nothing to do then.
    if state.scene.family == "delete" or state.scene.before:
        raise NotForeseenError(ast.unparse(node))
    handler = state.scene.handled.handler
    if state.scene.family != "save" or handler.recursion == "guarded":
        return
    keys = {piece.key for piece in state.scene.handled.pieces}
    seen = {name for key in keys if key.startswith("on_change.") for name in watched(key)}
    if keys & _EACH_SAVE or seen & changed:
        raise NotForeseenError(ast.unparse(node))


def _shown(owner: Term, row: str, field: ModelField, others: set[str], state: State) -> str | None:
    # The row's value afterwards: "" for a different one than before, None if unknown.
    value = state.assigned[f"{owner.path}.{field.name}"]
    if (value.nullable or value.value is None) and not is_true(field, "null"):
        raise NotForeseenError(f"{row}.{field.name} may be None")
    variable = f"{row.rpartition('.')[2]}_{field.name}"
    if value.kind == "expression" and value.node is not None:
        if owner.path != "instance" and field.type in kinds.OF_FIELDS:
            _give_number(f"{owner.path}.{field.name}", state)
        return without_f(value.text, held_before(row, owner.path, value.node, state)) or None
    if value.node is None:
        return _unknown(value, field, owner.path, row, state)
    text = value.text
    if not start_otherwise(value, field, f"{owner.path}.{field.name}", state):
        return None
    if not _fits(value, field) or any(_reads(row, name, text) for name in others - {field.name}):
        return None
    if _reads(row, field.name, text):
        state.captured.setdefault(variable, f"{row}.{field.name}")
        if value.kind == kinds.NUMBER and owner.path != "instance":
            _give_number(f"{owner.path}.{field.name}", state)
        text = re.sub(rf"\b{re.escape(row)}\.{field.name}\b", variable, text)
    return text


def _give_number(path: str, state: State) -> None:
    # A value that shows whether the body begins with it, as good as any other.
    if path not in state.given:
        state.given[path] = constant(5)
        state.loose.add(path)


def _unknown(value: Term, field: ModelField, path: str, row: str, state: State) -> str | None:
    near = shown_near(value, field, f"{path}.{field.name}", state)
    if near:
        return near
    fresh = value.kind in (kinds.MOMENT, kinds.UUID) and _fits(value, field)
    if fresh:
        variable = f"{row.rpartition('.')[2]}_{field.name}"
        state.captured.setdefault(variable, f"{row}.{field.name}")
    return "" if fresh else None


def shown_near(value: Term, field: ModelField, path: str, state: State) -> str:
    """Return ``value`` as the text of an expectation if it depends on the clock, otherwise "".

    The field at ``path`` gets an earlier value.
    """
    if value.near is None or kinds.OF_FIELDS.get(field.type) != value.kind:
        return ""
    if not is_true(field, "null") or "default" in field.options:
        month = ast.parse("timedelta(days=30)", mode="eval").body
        long_ago = ast.BinOp(value.near, ast.Sub(), month)
        state.given.setdefault(path, Term(long_ago, value.kind))
    return f"{NEAR}{ast.unparse(value.near)}"


def _fits(value: Term, field: ModelField) -> bool:
    # Whether the database returns the same value that was stored.
    if field.kind in ("fk", "one_to_one"):
        return value.kind in (kinds.ROW, kinds.NONE)
    wanted = kinds.OF_FIELDS.get(field.type, kinds.ANY)
    exact = field.type not in _ROUNDED or value.text.lstrip("-").isdigit() or is_asked(value.text)
    return value.kind in (wanted, "choice", kinds.NONE) and exact


def _reads(row: str, name: str, text: str) -> bool:
    return re.search(rf"\b{re.escape(row)}\.{name}\b", text) is not None
