"""One handler of the spec -> one finished receiver. Entry: ``plan_handler``."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from signalgen.late import dataclass
from signalgen.plan.handlers import body as bodies
from signalgen.plan.handlers.actions import check_actions
from signalgen.plan.handlers.annotating import with_own_types
from signalgen.plan.handlers.branches import (
    is_pre_save,
    plan_branches,
    plan_changes,
    wants_original,
)
from signalgen.plan.handlers.checks import check_handler
from signalgen.plan.handlers.companions import ANY, RECEIVER, companions
from signalgen.plan.handlers.database import Database, bound_using
from signalgen.plan.handlers.guards import Guards, plan_guards
from signalgen.plan.handlers.offline import needs_savepoint
from signalgen.plan.handlers.pieces import plan_pieces
from signalgen.plan.handlers.signature import chosen_parameters, signature
from signalgen.plan.names.freenames import Needs, import_need, logger_of
from signalgen.plan.signals.listening import SignalParameter, SignalUse, available, signal_uses
from signalgen.plan.signals.sentby import check_sent_by
from signalgen.plan.signals.through import resolve_senders
from signalgen.syntax import bound_names
from signalgen.values.fragment import ImportNeed
from signalgen.values.plan import PlannedConnection, PlannedReceiver, Remember, Support

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    from signalgen.plan.context import Context
    from signalgen.plan.names.references import Sender
    from signalgen.values.spec import HandlerSpec, SignalSpec


@dataclass(frozen=True, slots=True)
class Handled:
    """A planned handler with what its tests need: receiver, companions, signals, pieces."""

    handler: HandlerSpec
    receiver: PlannedReceiver
    support: tuple[Support | Remember, ...]
    uses: tuple[SignalUse, ...]
    senders: tuple[Sender, ...]
    pieces: tuple[bodies.Piece, ...]
    parameters: tuple[SignalParameter, ...]
    skips_raw: bool
    skips_reverse: bool


def plan_handler(
    ctx: Context, handler: HandlerSpec, declared: SignalSpec | None, stubs: frozenset[str]
) -> Handled | None:
    """Return the receiver of ``handler``, or None after reporting why there is none.

    ``declared`` is the custom signal that it belongs to, ``stubs`` the tasks that the run writes.
    """
    uses, senders, database = _listens_to(ctx, handler, declared)
    if not uses:
        return None
    pieces, offered = plan_pieces(ctx, handler, uses, available(uses), stubs, database.parameters)
    known = (*offered, *database.parameters)
    guards = plan_guards(ctx, handler, uses, known, senders, pieces, stubs)
    branches, reads = plan_branches(handler, uses, pieces)
    changes, rows = plan_changes(handler, uses, senders, pieces), _rows(uses, senders, guards)
    savepoint = needs_savepoint(ctx, handler, uses, senders, pieces, offered, changes)
    chosen = _chosen(handler, uses, pieces, offered, reads | guards.reads, savepoint=savepoint)
    shown, hints = with_own_types(ctx, handler, chosen, one_way=guards.skips_reverse)
    names = bodies.merged([*guards.names, database.names, *(p.names for p in pieces)])
    receiver = PlannedReceiver(
        path=ctx.targets.receivers[0],
        id=f"receiver:{handler.id}",
        name=handler.name,
        source=ctx.spec.source,
        connections=_connections(ctx, handler, uses, senders),
        parameters=signature(ctx, shown, rows, uses),
        docstring=handler.description or _default_docstring(uses, senders),
        imports=_imports(ctx, uses, rows, shown, (names, hints), handler, savepoint=savepoint),
        is_async=handler.is_async,
        typed=ctx.typed,
        local_imports=tuple(need.line for need in names.local),
        using=database.expression,
        guards=guards.conditions,
        body=_text(pieces, "body"),
        branches=branches,
        changes=changes.changes,
        stored=changes.fields,
        remembered=changes.remembered,
        original=wants_original(handler, pieces),
        after_commit=_text(pieces, "after_commit"),
        log_errors=handler.on_error == "log",
        savepoint=savepoint,
        running=f"_{handler.name}_running" if handler.recursion == "guarded" else "",
        captures_pk=next((p.kept for p in pieces if p.kept), ""),
        has_using=any(p.name == "using" for p in chosen),
        what=_what(chosen, pieces),
        logger=logger_of(ctx, ctx.targets.receivers[0]),
    )
    support = companions(ctx, receiver, senders, logs=names.logs)
    return Handled(handler, receiver, support, uses, senders, pieces, chosen, *guards.skips)


def _listens_to(
    ctx: Context, handler: HandlerSpec, declared: SignalSpec | None
) -> tuple[tuple[SignalUse, ...], tuple[Sender, ...], Database]:
    uses = signal_uses(ctx, handler, declared)
    senders = resolve_senders(ctx, handler, uses)
    if uses:
        check_handler(ctx, handler, senders)
        check_actions(ctx, handler, uses)
        check_sent_by(ctx, handler, uses, senders)
    return uses, senders, bound_using(ctx, handler, uses, senders, declared)


def _rows(uses: Sequence[SignalUse], senders: Sequence[Sender], guards: Guards) -> Sequence[Sender]:
    # From either side of a relation ``instance`` may be of any model.
    either = uses[0].family == "m2m" and not guards.skips_reverse
    return [replace(s, annotation="Any", type_imports=()) for s in senders] if either else senders


def _chosen(
    handler: HandlerSpec,
    uses: Sequence[SignalUse],
    pieces: Sequence[bodies.Piece],
    offered: Sequence[SignalParameter],
    reads: AbstractSet[str],
    *,
    savepoint: bool,
) -> tuple[SignalParameter, ...]:
    own = _own_reads(handler, pieces, savepoint=savepoint)
    return chosen_parameters(offered, reads | own, uses[0].family, pieces)


def _own_reads(
    handler: HandlerSpec, pieces: Sequence[bodies.Piece], *, savepoint: bool
) -> set[str]:
    stored = wants_original(handler, pieces) or (bool(handler.on_change) and is_pre_save(handler))
    reads = {"using"} if savepoint or stored or any(p.defers for p in pieces) else set()
    return reads | {"update_fields"} if handler.on_change else reads


def _connections(
    ctx: Context, handler: HandlerSpec, uses: Sequence[SignalUse], senders: Sequence[Sender]
) -> tuple[PlannedConnection, ...]:
    uid = handler.dispatch_uid or f"{ctx.app.label}.{handler.id}"
    signals = tuple(use.bound for use in uses)
    # A class that does not exist yet cannot be connected to: the receiver compares the sender.
    if not senders or any(sender.late for sender in senders):
        return (PlannedConnection(signals, "", uid),)
    # Django sends the deletion of a child for its parent as well: it is handled once.
    kept = tuple(use.bound for use in uses if use.family != "delete")
    pairs = [(sender, kept if sender.child else signals) for sender in senders]
    return tuple(
        PlannedConnection(heard, sender.expression, uid, sender.lookup)
        for sender, heard in pairs
        if heard
    )


def _what(chosen: Sequence[SignalParameter], pieces: Sequence[bodies.Piece]) -> str:
    # The final value of ``instance`` in a body may have no key, or may not be a row.
    anew = any("instance" in bound_names(piece.source) for piece in pieces)
    return "instance.pk" if any(p.name == "instance" for p in chosen) and not anew else ""


def _default_docstring(uses: Sequence[SignalUse], senders: Sequence[Sender]) -> str:
    signals = " and ".join(use.name for use in uses)
    names = dict.fromkeys(sender.annotation for sender in senders if sender.annotation != "Any")
    rows = " or ".join(names)
    return f"Handle {signals} of {rows}." if rows else f"Handle {signals}."


def _imports(
    ctx: Context,
    uses: Sequence[SignalUse],
    senders: Sequence[Sender],
    chosen: Sequence[SignalParameter],
    named: tuple[Needs, Sequence[ImportNeed]],
    handler: HandlerSpec,
    *,
    savepoint: bool,
) -> tuple[ImportNeed, ...]:
    # ``named``: the names that bodies and type hints read.
    module, (names, hints) = ctx.targets.receivers[1], named
    needs = {RECEIVER, *names.imports, *hints}
    needs |= {import_need(ctx, use.origin, module) for use in uses if use.origin.module != module}
    needs |= {need for sender in senders for need in sender.imports}
    if savepoint or (handler.after_commit is not None):
        needs.add(bodies.ON_COMMIT)
    if ctx.typed:
        needs.add(ANY)
        needs |= {
            ImportNeed(m, n)
            for p in chosen
            for m, n in p.imports
            if not (p.name == "instance" and senders)
        }
        needs |= {need for sender in senders for need in sender.type_imports}
        if any(need.type_checking for need in needs):
            needs.add(ImportNeed("typing", "TYPE_CHECKING"))
    return tuple(sorted(needs))


def _text(pieces: Sequence[bodies.Piece], key: str) -> str:
    return next((piece.text for piece in pieces if piece.key == key), "")
