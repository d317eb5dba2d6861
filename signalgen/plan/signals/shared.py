"""Through models shared by several models, and receivers that must tell their rows apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.plan.names.references import models_here

if TYPE_CHECKING:
    from collections.abc import Sequence

    from signalgen.plan.context import Context
    from signalgen.plan.names.references import Sender
    from signalgen.values.project import Model, ModelField

TAGGED = frozenset({"TaggableManager"})
"""Fields of django-taggit: without their own through model, a shared one sends."""


def is_shared(ctx: Context, model: Model, field: ModelField) -> bool:
    """Tell whether the through model of ``field`` also sends for rows of other models."""
    if field.through is None:
        return field.type in TAGGED
    name = field.through.rpartition(".")[2]
    mine = f"{model.module}.{model.name}"
    others = (
        other
        for other in models_here(ctx)
        if other.app_label == model.app_label and other.name != model.name
    )
    return any(
        mine not in other.parents and f"{other.module}.{other.name}" not in model.parents
        for other in others
        if any((one.through or "").rpartition(".")[2] == name for one in other.fields)
    )


def other_rows(senders: Sequence[Sender]) -> str:
    """Return the condition that ``instance`` belongs to another model than the senders, or ""."""
    owners = list(dict.fromkeys(sender.owner for sender in senders))
    if not owners or not all(owners):
        return ""
    if any(owner.startswith('"') for owner in owners):
        labels = f"not in ({', '.join(owners)})" if len(owners) > 1 else f"!= {owners[0]}"
        return f"instance._meta.label {labels}"
    classes = f"({', '.join(owners)})" if len(owners) > 1 else owners[0]
    return f"not isinstance(instance, {classes})"
