"""The imports of the models that recipes name in code. Entry: ``model_imports``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.facts.names import CONTRIB_MODELS
from signalgen.plan.names.references import (
    contrib_label,
    find_model,
    is_elsewhere,
    models_here,
    unknown_model,
    user_is_stock,
)
from signalgen.values.spec import Code

if TYPE_CHECKING:
    from signalgen.plan.context import Context
    from signalgen.values.spec import Ref


def model_imports(ctx: Context) -> tuple[Code, ...]:
    """Return the imports of the models that recipes name in code.

    Reports unknown models, and names that mean something else already.
    """
    out: dict[str, Code] = {}
    for ref in ctx.spec.models:
        name = ref.text.rpartition(".")[2]
        model = find_model(ctx, ref)
        own = ctx.app.model(name)
        module = model.exported if model is not None else _home_of(ctx, ref)
        code = Code(f"from {module} import {name}", ref.mark)
        first = out.setdefault(name, code)
        if first.text != code.text or (own is not None and model is not own):
            ctx.problem(
                ref.mark,
                "name-taken",
                f"{name!r} is the name of another model here as well",
                f"import it under another name: imports: [from {module} "
                f"import {name} as Other{name}], and write Other{name} here",
            )
    return tuple(out.values())


def _home_of(ctx: Context, ref: Ref) -> str:
    # The module of a model that was not read; one that cannot exist is reported.
    module, _, name = ref.text.rpartition(".")
    own = module in (ctx.app.label, ctx.app.name)
    label = contrib_label(ref.text)
    if label == "auth.User":
        user_is_stock(ctx, ref)
    if label:
        return CONTRIB_MODELS[label]
    if own and ctx.future:
        return f"{ctx.app.name}.models"
    if own and name in ctx.app.unread_models:
        return ctx.app.unread_models[name]
    if installed := _installed(ctx, module):
        return f"{installed}.models"
    if "." not in module and is_elsewhere(ctx, module):
        _ask_for_path(ctx, ref)
    elif not _may_hold(ctx, module):
        unknown_model(ctx, ref)
    return module


def _installed(ctx: Context, label: str) -> str:
    # The package that is installed under a label, if the settings show one and only one.
    found = [
        name
        for name in ctx.project.installed_apps or ()
        if name.rpartition(".")[2] == label and is_elsewhere(ctx, name)
    ]
    return found[0] if len(found) == 1 else ""


def _may_hold(ctx: Context, module: str) -> bool:
    # A module whose models were read has no other; one of the project must be there.
    if is_elsewhere(ctx, module):
        return True
    known = any(model.module == module for model in models_here(ctx)) or ctx.project.app(module)
    return module in ctx.project.modules and not known


def _ask_for_path(ctx: Context, ref: Ref) -> None:
    label, _, name = ref.text.partition(".")
    ctx.problem(
        ref.mark,
        "unknown-model",
        f"it is not known where the model {ref.text!r} is imported from",
        f"write its import path, such as {label}.models.{name}",
    )
