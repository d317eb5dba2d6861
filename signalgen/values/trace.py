"""What happens when a row is saved or deleted, or a signal is sent, as a tree: ``TraceStep``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from signalgen.late import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

StepKind = Literal[
    "event",
    "signal",
    "receiver",
    "row",
    "method",
    "write",
    "bulk",
    "send",
    "task",
    "effect",
    "commit",
]


@dataclass(frozen=True, slots=True)
class TraceStep:
    """One thing that happens, and what it leads to, in order.

    ``text`` describes it, ``name`` is its subject (a dotted function, ``app.Model``, a signal, a
    task). ``when`` are the conditions, as written, that are known only at run time: with any, it
    only may happen. ``waits``: after the commit. ``again``: it appears further up, so its own steps
    are not repeated. ``path`` and ``line`` (from 1, 0 for none) say where that is written.
    """

    kind: StepKind
    text: str
    name: str = ""
    path: str = ""
    line: int = 0
    when: tuple[str, ...] = ()
    waits: bool = False
    again: bool = False
    steps: tuple[TraceStep, ...] = ()

    def walk(self) -> Iterator[TraceStep]:
        """Yield this step and all below it, depth first."""
        yield self
        for step in self.steps:
            yield from step.walk()

    def steps_heard(self) -> tuple[TraceStep, ...]:
        """Return the steps below, without those that only say that the row is written."""
        return tuple(step for step in self.steps if step.kind != "row")
