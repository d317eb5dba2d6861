"""The effects of a path on rows -> the lines that look for them. Entry: ``checks``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.late import pattern
from signalgen.testplan.rows.makers import class_import
from signalgen.testplan.terms.queries import is_asked
from signalgen.testplan.terms.state import NEAR, NotForeseenError

_LONG = 40
_DAYS = pattern(r"\.(?:localdate|date)\(")

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from signalgen.plan.context import Context
    from signalgen.testplan.terms.state import BodyEffect, State


def was_none(effect: BodyEffect, state: State) -> bool:
    """Tell whether a field that had no value gets one that only the receiver knows."""
    given = state.given.get(f"instance.{effect.name}")
    return not effect.text and given is not None and given.value is None


def checks(ctx: Context, state: State, then: Callable[[str], str]) -> Iterator[str]:
    """Yield the lines that compare rows with the effects of a path.

    ``then`` puts values from before the receiver into a text. Raises NotForeseenError if a row
    cannot be looked up.
    """
    for position, effect in enumerate(state.effects):
        if effect.kind == "create" and effect.model is not None:
            bound = class_import(ctx, effect.model).bound
            values = ", ".join(f"{name}={then(text)}" for name, text in effect.values)
            if not effect.model.has_objects:
                raise NotForeseenError(effect.model.name)
            shown = f"assert {bound}.objects.filter({values})."
            number = _made_alike(state, effect)
            if number and effect in state.effects[:position]:
                continue
            yield f"{shown}count() == {number}" if number else f"{shown}exists()"
        elif effect.kind == "update":
            yield from _written(effect, then)
        elif effect.kind == "delete" and effect.model is not None:
            bound = class_import(ctx, effect.model).bound
            yield f"assert not {bound}.objects.filter(pk={effect.row}.pk).exists()"
        elif effect.kind == "mail":
            yield "assert mail.outbox"
        elif effect.kind == "related" and effect.text:
            yield f"assert {then(effect.text)}"
        elif effect.kind == "assign":
            yield _assigned(effect, state, then)


def _assigned(effect: BodyEffect, state: State, then: Callable[[str], str]) -> str:
    field = f"{state.scene.row}.{effect.name}"
    if effect.text:
        return _equal(field, then(effect.text))
    return f"assert {field} " + (
        "is not None" if was_none(effect, state) else f"!= {effect.name}_before"
    )


def _written(effect: BodyEffect, then: Callable[[str], str]) -> Iterator[str]:
    # A number may be written otherwise once it has been stored: 1.00 for 1.
    row, last = effect.row, effect.row.rpartition(".")[2]
    shown = [(name, then(text)) for name, text in effect.values]
    early = {n: t for n, t in shown if f"{row}." in t and ("f'" in t or "str(" in t)}
    yield from (f"{name}_then = {text}" for name, text in early.items())
    yield f"{row}.refresh_from_db()"
    for name, text in shown:
        value = f"{name}_then" if name in early else text
        if is_asked(value) and len(value) > _LONG:
            yield f"{name}_now = {value}"
            value = f"{name}_now"
        yield _equal(f"{row}.{name}", value) if value else f"assert {row}.{name} != {last}_{name}"


def _made_alike(state: State, wanted: BodyEffect) -> int:
    # How many rows the test finds by the values of ``wanted``, 0 if unknown.
    made = [e for e in state.effects if e.kind == "create" and e.model is wanted.model]
    number = 0
    for position, effect in enumerate(made):
        given = dict(effect.values)
        alike = [given.get(name) == text for name, text in wanted.values]
        if not all(alike) and any(name not in given for name, _ in wanted.values):
            return 0
        number += all(alike) and not (effect.again and effect in made[:position])
    return number


def _equal(left: str, right: str) -> str:
    if right.startswith(NEAR):
        clock = right.removeprefix(NEAR)
        # A run may begin before midnight and end after it.
        most = "days=1" if _DAYS.search(clock) else "minutes=1"
        return f"assert abs({left} - ({clock})) <= timedelta({most})"
    joined = (ast.Compare, ast.BoolOp, ast.IfExp, ast.UnaryOp)
    if isinstance(ast.parse(right, mode="eval").body, joined):
        right = f"({right})"
    if right in ("True", "False"):
        return f"assert {'' if right == 'True' else 'not '}{left}"
    return f"assert {left} is None" if right == "None" else f"assert {left} == {right}"
