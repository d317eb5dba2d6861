"""The results of the walk through a receiver, for its tests. Entry: ``Told``."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from signalgen.plan.names.cycles import sent_by_own
from signalgen.syntax import string_literal
from signalgen.testplan.cases.casewriting import case_of, sender_of
from signalgen.testplan.reading.ways import ways
from signalgen.testplan.rows.makers import maker_name, maker_of, with_needs
from signalgen.testplan.rows.relations import all_models
from signalgen.testplan.terms.state import NotForeseenError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from signalgen.plan.context import Context
    from signalgen.plan.handlers.handler import Handled
    from signalgen.testplan.cases.casewriting import Case
    from signalgen.testplan.cases.scenes import Staged
    from signalgen.testplan.reading.ways import Way
    from signalgen.testplan.terms.state import State

Method = tuple[str, str, str]
"""Name, docstring and code of a test."""
ALWAYS = frozenset({"body", "after_commit"})
EVERY_UPDATE = frozenset({"on_update", "implementation", *ALWAYS})
"""The branches of a handler that each save, or each later save, runs."""


class Told:
    """The cases of a handler: ``loud`` ones have an effect, ``quiet`` ones must not.

    ``untold`` are the branches without a test, and why. ``heard`` is the call during which only the
    handler's receivers run; ``logs``: a test reads the log.
    """

    def __init__(self, ctx: Context, handled: Handled, senders: Mapping[str, str]) -> None:
        self.ctx, self.handled, self.senders = ctx, handled, senders
        self.loud: list[tuple[Staged, Way, Case]] = []
        self.quiet: list[tuple[Staged, Way, Case]] = []
        self.untold: dict[str, str] = {}
        uids = ", ".join(string_literal(c.dispatch_uid) for c in handled.receiver.connections[:1])
        self.heard = f"watch({uids})"
        self.keys = {piece.key for piece in handled.pieces}
        self.logs = False

    def add(self, staged: Staged) -> None:
        """Follow every path of ``staged``."""
        found = ways(staged.scene, staged.key, staged.rounds, staged.start)
        sender = self._sender(staged)
        base = found.ways[0] if found.ways and found.ways[0].loud else None
        assigned = {e.name for w in found.ways for e in w.state.effects if e.kind == "assign"}
        for way in [*found.ways, *_just_missed(base)]:
            if base is not None and not way.loud:
                _prepare_too(way.state, base.state)
            try:
                case = case_of(self.ctx, staged, way, sender)
            except NotForeseenError as error:
                if not way.decided:
                    self.untold[staged.key] = str(error)
                continue
            if way.loud and not case.raises:
                own = {e.name for e in way.state.effects if e.kind == "assign"}
                case = _kept(staged.scene.row, case, sorted(assigned - own))
            (self.loud if way.loud else self.quiet).append((staged, way, case))
        if not any(one.key == staged.key for one, _, _ in self.loud):
            self.untold.setdefault(staged.key, found.reason or "a test cannot see what it does")
        else:
            self.untold.pop(staged.key, None)

    def _sender(self, staged: Staged) -> str:
        name = staged.use.name
        own = staged.use.origin.module == self.ctx.targets.signals[1]
        # A function that imports the signal when it runs would get its replacement.
        late = any(sent_by_own(self.ctx, one) for one in self.ctx.spec.signals if one.name == name)
        if own and name in self.senders and not self.handled.senders and not late:
            return f"{self.senders[name]}("
        return f"{staged.use.bound}.send(sender={sender_of(staged)}, "

    def calls(self) -> list[str]:
        """Return every call that some path makes."""
        return [call for _, _, case in (*self.loud, *self.quiet) for call in case.calls]

    def watches(self) -> bool:
        """Tell whether any path makes a call that could leave the process."""
        return any(call != "call.commit()" for call in self.calls())

    def made(self) -> str:
        """Return the line that makes a row that the body accepts, or ""."""
        for staged, _, case in (*self.loud, *self.quiet) if self.loud else ():
            row = staged.scene.row
            if not case.raises and row:
                return next(line for line in case.ready if line.startswith(f"{row} = "))
        return ""


def _just_missed(base: Way | None) -> Iterator[Way]:
    # A row that a query just misses stays unchanged.
    if base is None:
        return
    for path, value in base.state.bounds.items():
        given = {**base.state.given, path: value}
        state = replace(base.state, given=given, effects=[], bounds={}, raises="")
        kept = [effect for effect in base.state.effects if effect.kind != "update"]
        if not kept:
            state.commits.clear()
            yield replace(base, state=state, decided=path)


def _prepare_too(state: State, base: State) -> None:
    # The row that the body would change must exist, so that the test sees it stay.
    for path, value in base.given.items():
        nested = path.count(".") > 1 or value.text == "make"
        if nested or path.partition(".")[0] not in ("instance", "original"):
            state.given.setdefault(path, value)
    for name, need in base.rows.items():
        if name not in state.absent and not need.times:
            state.rows.setdefault(name, need)


def _kept(row: str, case: Case, fields: Sequence[str]) -> Case:
    # The fields that another path changes stay as they were.
    before = tuple(f"{name}_before = {row}.{name}" for name in fields)
    after = tuple(f"assert {row}.{name} == {name}_before" for name in fields)
    return replace(case, ready=(*case.ready, *before), after=(*case.after, *after))


def made_models(ctx: Context, lines: Sequence[str]) -> frozenset[str]:
    """Return the labels of the models whose rows ``lines`` make."""
    called = set(re.findall(r"\bmake_\w+", "\n".join(lines)))
    named = [model for model in all_models(ctx) if maker_name(ctx, model) in called]
    makers = [maker for model in named if (maker := maker_of(ctx, model)) is not None]
    return frozenset(maker.model.label for maker in with_needs(makers))


def indented(line: str) -> str:
    """Return the lines of ``line``, one level deeper."""
    return "\n".join(f"    {part}" for part in line.split("\n"))
