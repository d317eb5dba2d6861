"""The conditions on which a receiver returns before it does anything. Entry: ``plan_guards``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.late import dataclass
from signalgen.plan.handlers.branches import saved_names
from signalgen.plan.names.freenames import Needs, resolve
from signalgen.plan.signals.listening import SignalParameter, names_of
from signalgen.plan.signals.shared import other_rows
from signalgen.syntax import free_names, negate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from signalgen.plan.context import Context
    from signalgen.plan.handlers.body import Piece
    from signalgen.plan.names.references import Sender
    from signalgen.plan.signals.listening import SignalUse
    from signalgen.values.spec import Code, HandlerSpec


@dataclass(frozen=True, slots=True)
class Guards:
    """The conditions, the imports and arguments they need, and which standard guards apply."""

    conditions: tuple[str, ...]
    names: tuple[Needs, ...]
    reads: frozenset[str]
    skips_raw: bool
    skips_reverse: bool

    @property
    def skips(self) -> tuple[bool, bool]:
        """Tell whether fixtures and the other side of a relation are skipped."""
        return self.skips_raw, self.skips_reverse


def plan_guards(
    ctx: Context,
    handler: HandlerSpec,
    uses: Sequence[SignalUse],
    offered: Sequence[SignalParameter],
    senders: Sequence[Sender],
    pieces: Sequence[Piece],
    stubs: frozenset[str],
) -> Guards:
    """Return the guards of ``handler`` in the order in which they are tested.

    These are: fixtures, the reverse side of a relation, recursion, other fields, ``when``. A body
    that never reads ``reverse`` takes ``instance`` for a row of its own model, which it is not on
    the reverse side.
    """
    family = uses[0].family
    skips_raw = family in ("save", "m2m") and handler.raw != "run"
    skips_reverse = family == "m2m" and not any("reverse" in piece.used for piece in pieces)
    flags = [*(["raw"] if skips_raw else []), *(["reverse"] if skips_reverse else [])]
    conditions = [" or ".join(flags)] if flags else []
    reads = {*flags, *(["action"] if family == "m2m" else [])}
    if others := other_rows(senders) if family == "m2m" else "":
        conditions.append(others if skips_reverse else f"not reverse and {others}")
    names: tuple[Needs, ...] = ()
    late = [sender for sender in senders if sender.late]
    if late:
        others = ", ".join(sender.expression for sender in senders)
        conditions.append(
            f"sender is not {others}" if len(senders) == 1 else f"sender not in ({others})"
        )
        names = (Needs(local=tuple(need for sender in senders for need in sender.local)),)
    if handler.recursion == "guarded":
        conditions.append(f"_{handler.name}_running.get()")
    if handler.update_fields:
        saved_as = [
            name for ref in handler.update_fields for name in saved_names(senders, ref.text)
        ]
        fields = ", ".join(f'"{name}"' for name in dict.fromkeys(saved_as))
        conditions.append(f"update_fields is not None and update_fields.isdisjoint({{{fields}}})")
        reads.add("update_fields")
    if handler.when is not None:
        names += (_needs(ctx, handler.when, uses, offered, stubs),)
        conditions.append(negate(handler.when.text))
        reads |= set(free_names(handler.when.text, [], expression=True))
    return Guards(tuple(conditions), names, frozenset(reads), skips_raw, skips_reverse)


def _needs(
    ctx: Context,
    when: Code,
    uses: Sequence[SignalUse],
    offered: Sequence[SignalParameter],
    stubs: frozenset[str],
) -> Needs:
    heard = [use.name for use in uses]
    place, known = ctx.targets.receivers, names_of(offered)
    return resolve(ctx, when, known, place, expression=True, stubs=stubs, heard=heard)
