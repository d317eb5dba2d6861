"""The senders of a handler: models or through models. Entry: ``resolve_senders``."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from signalgen.dotted import derived_from
from signalgen.plan.names.references import USER, Sender, find_model, in_time, resolve_sender
from signalgen.plan.names.relations import other_end, user_model
from signalgen.plan.signals.family import family
from signalgen.plan.signals.shared import TAGGED, is_shared
from signalgen.values.spec import Ref

if TYPE_CHECKING:
    from collections.abc import Sequence

    from signalgen.plan.context import Context
    from signalgen.plan.signals.listening import SignalUse
    from signalgen.values.spec import HandlerSpec


def resolve_senders(
    ctx: Context, handler: HandlerSpec, uses: Sequence[SignalUse]
) -> tuple[Sender, ...]:
    """Return the senders of ``handler``; invalid ones are reported."""
    lazy = bool(uses) and all(use.lazy for use in uses)
    for ref in handler.models:
        _check_made(ctx, ref, uses)
    module = ctx.targets.receivers[1]
    models = [_at_the_end(ctx, ref) for ref in handler.models]
    found = [resolve_sender(ctx, ref, module, lazy=lazy) for ref in models]
    if handler.subclasses:
        families = [family(ctx, sender, module, lazy=lazy) for sender in found if sender]
        found += [one for members in families for one in members]
    children = {sender.expression for sender in found if sender is not None and sender.child}
    senders = tuple(
        replace(sender, child=name in children)
        for name, sender in {one.expression: one for one in found if one is not None}.items()
    )
    if handler.field is not None:
        field = handler.field
        senders = tuple(
            through for sender in senders if (through := _through(ctx, field, sender)) is not None
        )
    return senders if lazy else tuple(in_time(ctx, sender, module) for sender in senders)


def _at_the_end(ctx: Context, ref: Ref) -> Ref:
    # ``Order.invoice.related_model`` by the name of the model, where the files show it.
    owner, tail = derived_from(ref.text)
    if not tail.endswith(".related_model"):
        return ref
    named = owner in (USER, "AUTH_USER_MODEL")
    model = user_model(ctx) if named else find_model(ctx, Ref(owner, ref.mark))
    end = other_end(ctx, model, tail.split(".")[1]) if model is not None else None
    if end is None:
        return ref
    return Ref(USER if end == user_model(ctx) else end.label, ref.mark)


def _check_made(ctx: Context, ref: Ref, uses: Sequence[SignalUse]) -> None:
    # Django sends nothing for the rows of a through model that it makes itself, but m2m_changed.
    owner, tail = derived_from(ref.text)
    model = find_model(ctx, Ref(owner, ref.mark)) if tail.endswith(".through") else None
    field = model.field(tail.split(".")[1]) if model is not None else None
    silent = any(use.family in ("save", "delete") for use in uses)
    if field is not None and field.kind == "m2m" and field.through is None and silent:
        ctx.problem(
            ref.mark,
            "never-sent",
            f"Django itself creates {ref.text}, and sends nothing when its rows are saved or "
            f"deleted",
            f"write signal: m2m_changed, model: {owner} and field: {field.name}",
        )


def _through(ctx: Context, ref: Ref, sender: Sender) -> Sender | None:
    # m2m_changed is sent by the through model of the field.
    name, model = ref.text, sender.model
    field = model.field(name) if model else None
    if (
        model is not None
        and (field is None or field.kind not in ("m2m", "unknown"))
        and (model.complete or field)
    ):
        many = [f.name for f in model.fields if f.kind == "m2m"]
        what = (
            f"{name!r} is a {field.type}, not a many-to-many field"
            if field
            else f"{model.name} has no field {name!r}"
        )
        hint = (
            f"its many-to-many fields: {', '.join(many)}"
            if many
            else f"{model.name} has no many-to-many field"
        )
        ctx.problem(ref.mark, "not-m2m", what, hint)
        return None
    if sender.expression.startswith('"') and model is None:
        return replace(
            sender,
            expression=f'{sender.expression[:-1]}_{name}"',
            lookup=f"{sender.lookup}.{name}.through",
        )
    if model is not None and field is not None and is_shared(ctx, model, field):
        sender = replace(sender, owner=sender.expression)
    if sender.expression.startswith('"') and model is not None:
        if field is not None and field.type in TAGGED and field.through is None:
            return replace(
                sender, expression='"taggit.TaggedItem"', lookup=f"{sender.lookup}.{name}.through"
            )
        through = field.through if field and field.through else f"{model.name}_{name}"
        label = (
            through.strip("\"'")
            if "." in through
            else f"{model.app_label}.{through.strip(chr(34) + chr(39))}"
        )
        return replace(sender, expression=f'"{label}"', lookup=f"{sender.lookup}.{name}.through")
    return replace(
        sender,
        expression=f"{sender.expression}.{name}.through",
        lookup=f"{sender.lookup}.{name}.through",
    )
