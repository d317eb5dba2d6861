"""Type hints that depend on the project: user class and key types. Entry: ``with_own_types``."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from signalgen.plan.names.freenames import import_need, means_else
from signalgen.plan.names.origins import Origin
from signalgen.plan.names.references import USER, find_model, resolve_sender
from signalgen.plan.names.relations import target_model
from signalgen.plan.names.valuetypes import SOURCES, key_type
from signalgen.values.spec import Ref

if TYPE_CHECKING:
    from collections.abc import Sequence

    from signalgen.plan.context import Context
    from signalgen.plan.signals.listening import SignalParameter
    from signalgen.values.fragment import ImportNeed
    from signalgen.values.spec import HandlerSpec

_USER_TYPE = "AbstractBaseUser"


def with_own_types(
    ctx: Context,
    handler: HandlerSpec,
    chosen: Sequence[SignalParameter],
    *,
    one_way: bool,
) -> tuple[tuple[SignalParameter, ...], tuple[ImportNeed, ...]]:
    """Return ``chosen`` with the project's user class and key type, and their imports.

    ``one_way``: the receiver handles many-to-many changes only from its own side.
    """
    if not ctx.typed:
        return tuple(chosen), ()
    hints: list[ImportNeed] = []
    made = []
    for parameter in chosen:
        if _USER_TYPE in parameter.annotation:
            made.append(_of_users(ctx, parameter, hints))
        elif parameter.name == "pk_set":
            made.append(_of_keys(ctx, handler, parameter, one_way=one_way))
        else:
            made.append(parameter)
    return tuple(made), tuple(hints)


def _of_users(ctx: Context, parameter: SignalParameter, hints: list[ImportNeed]) -> SignalParameter:
    ref = Ref(USER, ctx.spec.app.mark)
    sender = resolve_sender(ctx, ref, ctx.targets.receivers[1], lazy=True)
    own = ctx.project.auth_user_model in (None, "auth.User") or find_model(
        ctx, Ref(ctx.project.auth_user_model or "", ref.mark)
    )
    if sender is None or not own or means_else(ctx, ctx.targets.receivers, sender.type_imports):
        return parameter
    hints += sender.type_imports
    annotation = parameter.annotation.replace(_USER_TYPE, sender.annotation)
    kept = tuple(need for need in parameter.imports if need[1] != _USER_TYPE)
    return replace(parameter, annotation=f'"{annotation}"', imports=kept)


def _of_keys(
    ctx: Context, handler: HandlerSpec, parameter: SignalParameter, *, one_way: bool
) -> SignalParameter:
    """Return ``pk_set`` with the key type of the other side; for both sides also of this one."""
    types: list[str] = []
    for ref in handler.models if handler.field is not None else ():
        model = find_model(ctx, ref)
        field = model.field(handler.field.text) if model is not None and handler.field else None
        if model is None or field is None:
            return parameter
        types.append(key_type(ctx, target_model(ctx, model, field)))
        types += [] if one_way else [key_type(ctx, model)]
    needs = [
        import_need(ctx, Origin(SOURCES[name], name), ctx.targets.receivers[1])
        for name in types
        if name in SOURCES
    ]
    if not types or not all(types) or means_else(ctx, ctx.targets.receivers, needs):
        return parameter
    keys = " | ".join(dict.fromkeys(types))
    imports = tuple((need.module, need.name) for need in needs)
    return replace(parameter, annotation=f"set[{keys}] | None", imports=imports)
