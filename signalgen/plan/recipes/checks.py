"""Checks values given to recipes against the project. Entries: ``check_uses``, ``told_once``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.late import pattern
from signalgen.plan.recipes.expressions import check_expression
from signalgen.plan.recipes.fields import check_field
from signalgen.plan.recipes.functions import check_function
from signalgen.plan.recipes.models import check_model
from signalgen.plan.recipes.room import check_room
from signalgen.plan.recipes.rows import check_rows
from signalgen.plan.recipes.sharing import note_shared
from signalgen.values.uses import ExpressionUse, FieldUse, FunctionUse, ModelUse, RoomUse, RowUse

if TYPE_CHECKING:
    from signalgen.plan.context import Context
    from signalgen.values.uses import Use

    Told = tuple[str, str]

_ENTRY = pattern(r".*?recipes\[\d+\]")
_FOLLOWING = frozenset({"unresolved-name", "unknown-field", "not-m2m", "unknown-model"})


def check_uses(ctx: Context) -> frozenset[Told]:
    """Report values given to recipes that the project does not have, or that make no sense.

    Returns the reported entries and names.
    """
    told: set[Told] = set()
    unclear: set[Told] = set()
    # Models first: fields of a missing model are not checked.
    for use in sorted(ctx.spec.uses, key=lambda use: not isinstance(use, ModelUse)):
        entry = _entry(use.mark.path)
        if isinstance(use, (FieldUse, RowUse, RoomUse)) and (entry, use.model.text) in told:
            continue
        if isinstance(use, RowUse) and (entry, use.model.text) in unclear:
            continue
        derived = isinstance(use, FieldUse) and not use.given and use.leads_to
        if derived and (entry, derived.text) in told:
            continue
        before = len(ctx.problems)
        _check(ctx, use)
        if len(ctx.problems) > before and not isinstance(use, (RowUse, ExpressionUse)):
            told.add((entry, use.name.text))
            # A misspelt key may be the missing one.
            if isinstance(use, FieldUse) and (use.given or use.leads_to is not None):
                unclear.add((entry, use.model.text))
    note_shared(ctx)
    return frozenset(told)


def _check(ctx: Context, use: Use) -> None:
    if isinstance(use, FieldUse):
        check_field(ctx, use)
    elif isinstance(use, RowUse):
        check_rows(ctx, use)
    elif isinstance(use, RoomUse):
        check_room(ctx, use)
    elif isinstance(use, ExpressionUse):
        check_expression(ctx, use)
    elif isinstance(use, FunctionUse):
        check_function(ctx, use)
    else:
        check_model(ctx, use.name)


def told_once(ctx: Context, told: frozenset[Told], before: int) -> None:
    """Drop problems, from number ``before`` on, that repeat those in ``told``."""
    ctx.problems[before:] = [
        problem
        for problem in ctx.problems[before:]
        if problem.code not in _FOLLOWING
        or not any(
            _entry(problem.path) == entry and f"{name!r}" in problem.message for entry, name in told
        )
    ]


def _entry(path: str) -> str:
    match = _ENTRY.match(path)
    return match[0] if match else ""
