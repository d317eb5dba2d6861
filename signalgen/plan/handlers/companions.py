"""The symbols that a receiver needs beside itself, such as a logger. Entry: ``companions``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.plan.handlers.signature import row_type
from signalgen.plan.names.freenames import LOGGER
from signalgen.values.fragment import ImportNeed
from signalgen.values.plan import PlannedConnection, PlannedReceiver, Remember, Support

if TYPE_CHECKING:
    from collections.abc import Sequence

    from signalgen.plan.context import Context
    from signalgen.plan.names.references import Sender

RECEIVER = ImportNeed("django.dispatch", "receiver")
ANY = ImportNeed("typing", "Any")


def companions(
    ctx: Context, receiver: PlannedReceiver, senders: Sequence[Sender], *, logs: bool
) -> tuple[Support | Remember, ...]:
    """Return the companions of ``receiver``; ``logs``: its bodies name the logger."""
    out: list[Support | Remember] = []
    if logs or (receiver.log_errors and receiver.logger == LOGGER):
        need = (ImportNeed("logging"),)
        out.append(Support(receiver.path, LOGGER, receiver.source, "logger", need, ctx.typed))
    if receiver.running:
        need = (ImportNeed("contextvars", "ContextVar"),)
        out.append(
            Support(receiver.path, receiver.running, receiver.source, "running", need, ctx.typed)
        )
    if receiver.remembered:
        out.append(_remember(ctx, receiver, senders))
    return tuple(out)


def _remember(ctx: Context, receiver: PlannedReceiver, senders: Sequence[Sender]) -> Remember:
    row = row_type(senders)
    typed = (f"sender: type[{row}]", f"instance: {row}", "raw: bool", "using: str", "**kwargs: Any")
    needs = {RECEIVER, ImportNeed("django.db.models.signals", "pre_save")}
    needs |= {need for sender in senders for need in sender.imports}
    if ctx.typed:
        needs |= {ANY, *(need for sender in senders for need in sender.type_imports)}
    uid = receiver.connections[0].dispatch_uid
    connections = tuple(
        PlannedConnection(("pre_save",), c.sender, f"{uid}.before", c.lookup)
        for c in receiver.connections
    )
    return Remember(
        _place(ctx, receiver),
        f"{receiver.id}.before",
        f"remember_{receiver.name}",
        receiver.source,
        connections,
        typed if ctx.typed else ("sender", "instance", "raw", "using", "**kwargs"),
        f"Keep the stored values that {receiver.name} compares with.",
        tuple(sorted(needs)),
        receiver.stored,
        receiver.remembered,
        ("raw",) if "raw" in receiver.guards else (),
        ctx.typed,
    )


def _place(ctx: Context, receiver: PlannedReceiver) -> str:
    # A companion is in the file of its receiver, unless a person has moved it to a neighbouring
    # module.
    now = ctx.places.get(f"{receiver.id}.before", receiver.path)
    beside = now.rpartition("/")[0] == receiver.path.rpartition("/")[0]
    return now if beside and now in ctx.project.modules.values() else receiver.path
