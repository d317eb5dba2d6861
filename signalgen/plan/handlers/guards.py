"""The conditions on which a receiver returns at once. Entry: ``plan_guards``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.late import dataclass
from signalgen.plan.handlers.branches import saved_names
from signalgen.plan.handlers.offline import may_query
from signalgen.plan.names.freenames import Needs, means_else, resolve
from signalgen.plan.names.origins import spec_imports
from signalgen.plan.signals.listening import SignalParameter, names_of
from signalgen.plan.signals.shared import other_rows
from signalgen.syntax import bound_names, free_names, negate
from signalgen.values.fragment import ImportNeed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from signalgen.plan.context import Context
    from signalgen.plan.handlers.body import Piece
    from signalgen.plan.names.references import Sender
    from signalgen.plan.signals.listening import SignalUse
    from signalgen.values.spec import Code, HandlerSpec

_OF_ROWS = frozenset({"save", "delete"})


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

    These are: fixtures, the reverse side of a relation, rows of migrations, recursion, other
    fields, ``when``. A body that never reads ``reverse`` expects ``instance`` to be a row of its
    own model, but on the reverse side it is not.
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
    if _hears_migrations(uses, senders) and may_query(ctx, uses, senders, pieces, offered):
        registry = _registry(ctx, handler)
        conditions.append(f"sender._meta.apps is not {registry.bound}")
        names += (Needs(imports=(registry,)),)
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


def _hears_migrations(uses: Sequence[SignalUse], senders: Sequence[Sender]) -> bool:
    return not senders and all(use.family in _OF_ROWS for use in uses)


def _registry(ctx: Context, handler: HandlerSpec) -> ImportNeed:
    # Models of migrations, and the one that records them, are in registries of their own: without a
    # sender the receiver runs for their rows although the tables that it writes may not exist.
    need = ImportNeed("django.apps", "apps")
    bound = {name for code in handler.codes().values() for name in bound_names(code.text)}
    imported = {name for name, _ in spec_imports(ctx.spec.imports)}
    taken = need.name in bound | imported or means_else(ctx, ctx.targets.receivers, [need])
    return ImportNeed("django.apps", "apps", "django_apps") if taken else need


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
