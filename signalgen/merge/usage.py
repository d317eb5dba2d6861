"""Keeps dropped symbols that the rest of the file still uses: ``keep_used(...)``."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from signalgen.merge import edits, place, result
from signalgen.source import parse

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from signalgen.merge.decide import Decision
    from signalgen.values.source import Module


def keep_used(module: Module, decisions: Sequence[Decision]) -> list[Decision]:
    """Return ``decisions`` that remove nothing that the rest of the file uses.

    Support that is in use stays silently; other symbols become orphans. Kept symbols may use more,
    so this repeats until nothing changes.
    """
    made = list(decisions)
    while any(decision.state == "remove" for decision in made):
        cuts, _ = place.removals(module, made)
        data = edits.apply(module.data, [*cuts, *place.replacements(module, made)])
        used = result.used_names(parse(data))
        kept = [_kept(d) if d.state == "remove" and d.name in used else d for d in made]
        if kept == made:
            break
        made = kept
    return made


def keep_hooked(decisions: Sequence[Decision], classes: Collection[str]) -> list[Decision]:
    """Return ``decisions`` that keep AppConfig classes with a hook."""
    return [
        replace(decision, state="foreign")
        if decision.state in ("remove", "orphan") and decision.name in classes
        else decision
        for decision in decisions
    ]


def _kept(decision: Decision) -> Decision:
    support = decision.entry is not None and decision.entry.kind == "support"
    return replace(decision, state="foreign" if support else "orphan", needed="this file")
