"""Checks rows that recipes create: every required field gets a value. Entry: ``check_rows``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.plan.names.references import find_model
from signalgen.plan.recipes.fields import family
from signalgen.plan.recipes.models import may_lack, rows_of

if TYPE_CHECKING:
    from signalgen.plan.context import Context
    from signalgen.values.index import ModelField
    from signalgen.values.project import Model
    from signalgen.values.uses import RowUse

_BEFORE = ("pre_save", "pre_init", "post_init")
_OWN_MAKING = frozenset({"__init__", "objects", "save", "asave", "save_base"})


def check_rows(ctx: Context, use: RowUse) -> None:
    """Report required fields that get no value."""
    model = rows_of(ctx, use.model)
    if model is None or model.abstract or not _is_plain(ctx, model):
        return
    lacking = [
        field.name
        for field in model.fields
        if _is_due(field) and not {field.name, f"{field.name}_id"} & {*use.given}
    ]
    if not lacking:
        return
    names = " and ".join(lacking)
    values = ", ".join(f"{name}: …" for name in lacking)
    if use.key:
        hint = f"add {use.key}: {{{values}}}"
    else:
        hint = f"let {names} be NULL or have a default in {model.name}"
    message = f"{model.name} cannot be saved without {names}, and {use.recipe} gives no value"
    ctx.problem(use.mark, "missing-value", message, hint)


def _is_due(field: ModelField) -> bool:
    # Django stores an empty text where a text has no value; for field classes of packages that is
    # not known.
    if not field.required or field.options.get("primary_key") == "True":
        return False
    found = family(field)
    unique = field.options.get("unique") == "True"
    return found in ("fk", "one_to_one", "number", "date", "other") or (unique and found == "text")


def _is_plain(ctx: Context, model: Model) -> bool:
    # Other code that handles new rows may fill the field.
    own = model.custom_save or bool(_OWN_MAKING & {*model.attributes})
    return may_lack(model) and model.managed and not own and not _is_heard(ctx, model)


def _is_heard(ctx: Context, model: Model) -> bool:
    names = {model.label, f"{model.module}.{model.name}", f"{model.exported}.{model.name}"}
    for one in ctx.project.registrations:
        early = any(signal.rpartition(".")[2] in _BEFORE for signal in one.signals)
        if (early or not one.signals) and (not one.senders or names & {*one.senders}):
            return True
    for spec in ctx.specs:
        for handler in spec.handlers:
            early = any(ref.text.rpartition(".")[2] in _BEFORE for ref in handler.signals)
            senders = [find_model(ctx, ref) for ref in handler.models]
            if early and (not senders or any(one in (None, model) for one in senders)):
                return True
    return False
