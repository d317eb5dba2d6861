"""Tables that recipes fill for several models, and whose rows they are. Entry: ``note_shared``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.plan.names.references import find_model
from signalgen.plan.names.relations import target_model
from signalgen.plan.recipes.models import rows_of
from signalgen.values.uses import RowUse

if TYPE_CHECKING:
    from signalgen.plan.context import Context
    from signalgen.values.index import ModelField
    from signalgen.values.project import Model

_WORDS = ("model", "label", "content_type", "object_type", "type", "kind", "entity", "table")
_TEXTS = ("CharField", "TextField", "SlugField")
_CONTENT_TYPE = "contenttypes.ContentType"


def note_shared(ctx: Context) -> None:
    """Note each recipe of the spec whose rows do not show which of several models they belong to.

    That happens if recipes of this run fill one table for several models without a field that tells
    the model: key 1 of an order is also key 1 of a customer.
    """
    for use in ctx.spec.uses:
        if not isinstance(use, RowUse) or not use.telling or use.about is None:
            continue
        table, own = rows_of(ctx, use.model), find_model(ctx, use.about)
        if table is None or own is None or _tells(ctx, table, use) or _has_uuid(own):
            continue
        others = sorted({one.name for one in _others(ctx, table)} - {own.name})
        if others:
            names = " and ".join(others)
            message = (
                f"{table.name} gets rows about {names} too: they do not say whose key they hold"
            )
            ctx.note(use.mark, "shared-table", message, _way(ctx, table, use))


def _others(ctx: Context, table: Model) -> list[Model]:
    uses = (use for spec in ctx.specs for use in spec.uses)
    same = (
        use.about
        for use in uses
        if isinstance(use, RowUse) and use.about is not None and rows_of(ctx, use.model) is table
    )
    found = (find_model(ctx, ref) for ref in same)
    return [model for model in found if model is not None]


def _tells(ctx: Context, table: Model, use: RowUse) -> bool:
    # A relation to the row itself, or a generic one, also tells the model.
    names = {*use.given}
    fields = (field for field in table.fields if {field.name, f"{field.name}_id"} & names)
    return use.told or any(
        field.kind in ("fk", "one_to_one", "generic") and not _is_user(ctx, table, field)
        for field in fields
    )


def _is_user(ctx: Context, table: Model, field: ModelField) -> bool:
    target = target_model(ctx, table, field)
    return target is not None and target.label == (ctx.project.auth_user_model or "auth.User")


def _is_named_so(field: ModelField) -> bool:
    return field.type in _TEXTS and any(word in field.name for word in _WORDS)


def _has_uuid(model: Model) -> bool:
    key = model.primary_key
    return key is not None and key.type == "UUIDField"


def _way(ctx: Context, table: Model, use: RowUse) -> str:
    label, kind = use.telling
    for field in table.fields:
        target = target_model(ctx, table, field) if field.kind == "fk" else None
        if target is not None and target.label == _CONTENT_TYPE:
            return f"use {kind}: {field.name}"
        if _is_named_so(field):
            return f"use {label}: {field.name}"
    return f"add a text field to {table.name}, such as model, and use {label}: model"
