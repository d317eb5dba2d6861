"""The paths through a receiver, each with the rows that take it. Entry: ``ways``."""

from __future__ import annotations

import ast
from dataclasses import field
from typing import TYPE_CHECKING

from signalgen.late import dataclass
from signalgen.syntax import parse_body, parse_expression
from signalgen.testplan.choosing.conditions import assume
from signalgen.testplan.reading.statements import decide, walk
from signalgen.testplan.terms.state import COUNT, Met, NotForeseenError, Scene, State, Term

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from signalgen.plan.handlers.body import Piece
    from signalgen.values.project import Model

_MOST = 10


@dataclass(frozen=True, slots=True)
class Way:
    """One path through a receiver: what leads there, and its effects.

    ``key`` is the branch (``on_create``), ``decided`` the condition that makes it differ from the
    first path of its branch ("" for that one).
    """

    key: str
    scene: Scene
    state: State
    decided: str = ""

    @property
    def loud(self) -> bool:
        """Whether a test can see that this path was taken."""
        seen = any(effect.kind != "related" or effect.text for effect in self.state.effects)
        return seen or bool(self.state.raises)


@dataclass(slots=True)
class FoundWays:
    """The paths of one branch, and why there are no more."""

    ways: list[Way] = field(default_factory=list)
    reason: str = ""


Round = tuple[dict[str, object], "tuple[Piece, ...]"]
"""One call of a receiver: the parameters that differ from the scene's, and what runs."""


def ways(scene: Scene, key: str, rounds: Sequence[Round], start: Mapping[str, Term]) -> FoundWays:
    """Return the paths through ``rounds``, the receiver calls of one action.

    ``start`` are the parameters of the receiver. Without any path ``reason`` says which code is not
    understood.
    """
    found = FoundWays()
    plans: list[tuple[dict[str, bool | int], str]] = [({}, "")]
    seen: set[str] = set()
    while plans and len(seen) < _MOST:
        plan, decided = plans.pop(0)
        if repr(plan) in seen:
            continue
        seen.add(repr(plan))
        try:
            state = _walked(scene, rounds, start, plan)
            side = plan.get(decided)
            if isinstance(side, bool) and Met(decided, not side) in state.met:
                # Values chosen for an earlier condition decided this one: its own are chosen first.
                state = _walked(scene, rounds, start, plan, first=decided)
        except NotForeseenError as error:
            found.reason = found.reason or str(error)
            if not plan:
                return found
            continue
        found.reason = found.reason or state.refused
        if not any(_same(way.state, state) for way in found.ways):
            found.ways.append(Way(key, scene, state, decided))
        for met in state.met:
            if met.key not in plan:
                plans += [({**plan, met.key: side}, met.key) for side in _sides(met)]
    return found


def _sides(met: Met) -> Iterator[bool | int]:
    # Each part of a condition decides once.
    if met.parts:
        yield from range(met.parts)
    if not met.parts or not met.taken:
        yield not met.taken


def _same(one: State, other: State) -> bool:
    # The same values lead there, so it is the same test.
    def texts(state: State) -> dict[str, str]:
        return {path: term.text for path, term in state.given.items()}

    return (
        texts(one) == texts(other)
        and one.stood_in == other.stood_in
        and one.settings == other.settings
        and one.rows == other.rows
        and one.changed == other.changed
        and one.headers == other.headers
    )


def _walked(
    scene: Scene,
    rounds: Sequence[Round],
    start: Mapping[str, Term],
    plan: Mapping[str, bool | int],
    first: str = "",
) -> State:
    def choose(test: ast.expr) -> bool:
        return decide(test, state)

    state = State(scene, plan, choose, dict(scene.fixed), names=dict(start))
    side = plan.get(first)
    if isinstance(side, bool):
        assume(parse_expression(first), state, want=side)
    for fixed, pieces in rounds:
        state.fixed.update(fixed)
        # The rows of a relation are others at the next action.
        for path in [one for one in state.given if one.startswith(COUNT)]:
            del state.given[path]
        state.names.update({name: start[name] for name in start})
        _round(state, pieces)
        if state.raises:
            break
        state.done = False
    if state.asked and ("" in state.written or state.asked & state.written):
        raise NotForeseenError("a count of rows that it writes")
    others = [need.model.label for need in state.rows.values() if not need.times]
    if not state.counted.isdisjoint(others):
        raise NotForeseenError("a count of rows that the test needs")
    return state


def _round(state: State, pieces: Sequence[Piece]) -> None:
    handled = state.scene.handled
    when = handled.handler.when
    if not pieces or (
        when is not None and not decide(parse_expression(when.text), state, firm=True)
    ):
        return
    for piece in pieces:
        state.deferred = piece.key == "after_commit"
        state.waiting = piece.waiting
        if state.deferred:
            state.commits.append('"default"' if handled.receiver.has_using else "None")
        walk(parse_body(piece.source).body, state)
        if state.done:
            return  # all pieces are one function


def parameter(name: str, kind: str, model: Model | None = None, *, nullable: bool = False) -> Term:
    """Return the term of a parameter that is a variable of the same name in the test."""
    return Term(ast.Name(name, ast.Load()), kind, model, name, nullable=nullable)


def stands_for(
    text: str, kind: str, model: Model | None = None, *, path: str = "", nullable: bool = False
) -> Term:
    """Return the term of a parameter that is ``text`` in the test."""
    node = ast.parse(text, mode="eval").body
    return Term(node, kind, model, path, nullable=nullable)
