"""The subclasses of a sender that send signals themselves: ``family``."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from signalgen.plan.names.references import models_here, resolve_sender
from signalgen.values.spec import Ref

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.plan.context import Context
    from signalgen.plan.names.references import Sender
    from signalgen.values.project import Model


def family(ctx: Context, sender: Sender, module: str, *, lazy: bool) -> Iterator[Sender]:
    """Yield the proxies and multi-table children of the model of ``sender``, at every depth.

    Their rows are rows of that model, so hints and tests still name that model.
    """
    for model, child in _below(ctx, sender.model) if sender.model is not None else ():
        ref = Ref(f"{model.module}.{model.name}", ctx.spec.app.mark)
        found = resolve_sender(ctx, ref, module, lazy=lazy)
        if found is not None:
            yield replace(
                found, annotation=sender.annotation, type_imports=sender.type_imports, child=child
            )


def _below(ctx: Context, top: Model) -> list[tuple[Model, bool]]:
    """Return the concrete models below ``top``, each with whether it has its own table."""
    below: dict[str, list[Model]] = {}
    for model in models_here(ctx):
        for parent in model.parents:
            below.setdefault(parent, []).append(model)
    found: dict[str, tuple[Model, bool]] = {}
    waiting = [(f"{top.module}.{top.name}", False)]
    while waiting:
        name, inside = waiting.pop(0)
        for model in below.get(name, ()):
            dotted = f"{model.module}.{model.name}"
            child = inside or not (model.proxy or model.abstract)
            if dotted not in found and dotted != f"{top.module}.{top.name}":
                found[dotted] = (model, child)
                waiting.append((dotted, child))
    return [(model, child) for model, child in found.values() if not model.abstract]
