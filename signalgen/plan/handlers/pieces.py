"""The code of a handler by branch: bodies and ``enqueue`` lines. Entry: ``plan_pieces``."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from signalgen.facts.offline import OUTSIDE
from signalgen.plan.handlers import body as bodies
from signalgen.plan.handlers import enqueuing
from signalgen.plan.names.freenames import resolve
from signalgen.plan.signals.listening import SignalParameter, SignalUse, names_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from signalgen.plan.context import Context
    from signalgen.values.spec import Code, HandlerSpec


def plan_pieces(
    ctx: Context,
    handler: HandlerSpec,
    uses: Sequence[SignalUse],
    offered: tuple[SignalParameter, ...],
    stubs: frozenset[str],
    bound: Sequence[SignalParameter] = (),
) -> tuple[tuple[bodies.Piece, ...], tuple[SignalParameter, ...]]:
    """Return the pieces of a handler, and its parameters.

    A signal with unknown arguments may send any name: one that a body uses and nothing else defines
    becomes a parameter. ``bound`` are names that generated lines bind.
    """
    tasks = {task.name: task for spec in ctx.specs for task in spec.tasks}
    codes = {
        key: [enqueuing.in_words_of_library(ctx, code, stubs)]
        for key, code in handler.codes().items()
    }
    has_instance = any(p.name == "instance" for p in offered)
    for entry in handler.enqueue:
        key = enqueuing.enqueue_key(entry)
        line = enqueuing.enqueue_line(ctx, entry, tasks, has_instance=has_instance)
        codes.setdefault(
            "implementation" if key == "on_update" and handler.implementation else key, []
        ).append(line)
    if not all(use.closed for use in uses):
        offered = (*offered, *_open_parameters(ctx, codes, offered))
    names = (*names_of(offered), *(p.name for p in bound), uses[0].catch_all)
    scope = bodies.Scope(
        names,
        ctx.targets.receivers,
        stubs,
        using=any(p.name == "using" for p in offered),
        deleting=any(use.family == "delete" for use in uses),
        heard=tuple(use.name for use in uses),
        effects=any(use.family not in OUTSIDE for use in uses),
    )
    return tuple(
        bodies.make_piece(ctx, handler, key, parts, scope) for key, parts in codes.items()
    ), offered


def _open_parameters(
    ctx: Context, codes: dict[str, list[Code]], offered: Sequence[SignalParameter]
) -> tuple[SignalParameter, ...]:
    # Names that resolve nowhere are found on a copy of the context, whose problems are discarded.
    trial = replace(ctx, problems=[], notes=[])
    known = names_of(offered)
    for parts in codes.values():
        for code in parts:
            resolve(trial, code, [*known, "kwargs"], ctx.targets.receivers)
    names = [p.message.split("'")[1] for p in trial.problems if p.code == "unresolved-name"]
    return tuple(
        SignalParameter(name, "Any", "", (("typing", "Any"),)) for name in dict.fromkeys(names)
    )
