"""What only the project can tell about a handler: fields that do not exist, recursion, async where Django has none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.plan import body as bodies
from signalgen.plan.context import did_you_mean
from signalgen.plan.models import find_model

if TYPE_CHECKING:
    from collections.abc import Sequence

    from signalgen.plan.context import Context
    from signalgen.plan.models import Sender
    from signalgen.plan.signals import SignalUse
    from signalgen.values.project import Model
    from signalgen.values.spec import HandlerSpec, Mark

_SAVE_FAMILY = frozenset({"pre_save", "post_save"})


def check_handler(
    ctx: Context,
    handler: HandlerSpec,
    uses: Sequence[SignalUse],
    senders: Sequence[Sender],
    pieces: Sequence[bodies.Piece],
) -> None:
    """Report what only the project can tell: fields that do not exist, recursion, async where Django has none."""
    models = [sender.model for sender in senders if sender.model is not None]
    for ref in handler.update_fields:
        _check_field(ctx, models, ref.text, ref.mark)
    named = {use.name.text for use in ctx.spec.fields_used}
    for name in (name for name in handler.on_change if name not in named):
        _check_field(ctx, models, name, handler.place("on_change"))
    if handler.is_async and ctx.django is not None and ctx.django < (5, 0):
        target = ".".join(map(str, ctx.django))
        ctx.problem(
            handler.place("async"),
            "async-too-old",
            f"async receivers need Django 5.0, this project uses {target}",
            "remove async",
        )
    if handler.recursion == "guarded" or not _SAVE_FAMILY & {use.name for use in uses}:
        return
    names = [sender.annotation for sender in senders]
    for piece in pieces:
        call = bodies.saves_sender(piece.source, names)
        code = bodies.codes_of(handler).get(piece.key)
        if call is not None and code is not None:
            ctx.problem(
                code.at(call.lineno, call.col_offset),
                "recursive-save",
                "this saves a row of the handler's own model, which runs the handler again",
                "use QuerySet.update(), or say recursion: guarded",
            )


def check_fields_used(ctx: Context) -> None:
    """Report the fields that recipes name and that their models do not have."""
    for use in ctx.spec.fields_used:
        model = find_model(ctx, use.model)
        if model is not None and use.strict:
            _check_field(ctx, [model], use.name.text, use.name.mark)
        elif model is not None and model.complete:
            names = field_names(model)
            near = did_you_mean(use.name.text, names)
            if use.name.text not in names and near:
                # It may be a property: only a slip of the pen is worth a word.
                ctx.note(use.name.mark, "unknown-field", f"{model.name} has no field {use.name.text!r}", near)


def field_names(model: Model) -> set[str]:
    """Return the names under which the fields of ``model`` are known, with those of the columns of its foreign keys."""
    columns = {f"{f.name}_id" for f in model.fields if f.kind in ("fk", "one_to_one")}
    return {field.name for field in model.fields} | columns


def _check_field(ctx: Context, models: Sequence[Model], name: str, mark: Mark) -> None:
    for model in models:
        names = field_names(model)
        if model.complete and name not in names | {"pk", "id"}:
            known = did_you_mean(name, names) or f"its fields: {', '.join(sorted(names))}"
            ctx.problem(mark, "unknown-field", f"{model.name} has no field {name!r}", known)
