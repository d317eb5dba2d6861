"""The ways through a receiver that its tests take, and what following each one shows.

``scenarios(...)`` lists them, ``follow(...)`` traces one.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from signalgen.dotted import absolute_import, package_of
from signalgen.facts.names import BUILTINS
from signalgen.facts.orm import MANAGERS
from signalgen.facts.signals import M2M_ACTIONS
from signalgen.plan.handlers.body import Piece, ends
from signalgen.syntax import parse_body, parse_expression
from signalgen.testplan.cases.captures import Captures, setup_lines
from signalgen.testplan.follow.assume import assume
from signalgen.testplan.follow.leaving import is_settled
from signalgen.testplan.follow.mockvalues import (
    UNKNOWN,
    NotSafeError,
    Raw,
    Value,
    World,
)
from signalgen.testplan.follow.mockvalues import known as known_value
from signalgen.testplan.follow.trace import trace
from signalgen.testplan.follow.traced import Seen, Trace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from signalgen.plan.context import Context
    from signalgen.plan.handlers.handler import Handled
    from signalgen.values.fragment import ImportNeed


@dataclass(frozen=True, slots=True)
class Scenario:
    """One way through a receiver: the pieces that run, the arguments, the preparing lines.

    ``decline``: it takes that other way of a condition (see ways).
    """

    name: str
    docstring: str
    pieces: tuple[Piece, ...]
    known: tuple[tuple[str, object], ...] = ()
    setup: tuple[str, ...] = ()
    sender: str = ""
    decline: int = 0


@dataclass(frozen=True, slots=True)
class FollowedWay:
    """What following a scenario showed."""

    scenario: Scenario
    seen: tuple[Seen, ...]
    setup: tuple[str, ...]
    assertions: tuple[str, ...]
    captured: tuple[str, ...]
    raises: str = ""
    conditional: bool = False
    escaped: frozenset[str] = frozenset()
    awaited: tuple[str, ...] = ()
    settings: tuple[tuple[str, object], ...] = ()
    message: str = ""
    raised_at: int = 0
    said: object = None

    @property
    def shows(self) -> bool:
        """Tell whether a test of this way can see that it was taken."""
        return bool(self.assertions or self.raises or any(s.certain for s in self.seen))


def importable(ctx: Context, handled: Handled) -> dict[str, ImportNeed]:
    """Return what the receivers' module imports for this handler, as absolute imports."""
    path, module = ctx.targets.receivers
    package = package_of(module, path)
    return {
        need.bound: replace(need, module=absolute_import(need.module, package), type_checking=False)
        for need in handled.receiver.imports
    }


def module_alias(ctx: Context) -> str:
    """Return the name under which tests import the receivers' module."""
    return ctx.targets.receivers[1].rpartition(".")[2]


STORED = "stored = sender._base_manager.using.return_value.filter.return_value"


def scenarios(handled: Handled) -> list[Scenario]:
    """Return one scenario for each branch, or one for the whole body without branches."""
    by_key = {piece.key: piece for piece in handled.pieces}
    always = tuple(piece for key in ("body",) if (piece := by_key.get(key)))
    after = tuple(piece for key in ("after_commit",) if (piece := by_key.get(key)))
    family = handled.uses[0].family
    out: list[Scenario] = []
    for piece in handled.pieces:
        if piece.key in ("body", "after_commit"):
            continue
        if piece.key.startswith("on_change."):
            # A change of a field happens on an existing row, so the branch for those runs as well.
            update = by_key.get("on_update") or by_key.get("implementation")
            before = (*always, update) if update else always
            out.append(_change_scenario(handled, piece, before, after))
        elif family == "m2m":
            action = M2M_ACTIONS[piece.key]
            known = (("action", action), ("pk_set", None if "clear" in piece.key else {1}))
            out.append(
                Scenario(
                    f"test_{piece.key}",
                    f"{action} runs {piece.key}.",
                    (*always, piece, *after),
                    known,
                )
            )
        else:
            out.append(_save_scenario(handled, piece, always, after))
    if not out:
        out.append(Scenario("test_runs", "What the receiver does.", (*always, *after)))
    return [
        one if one.name.startswith("test_on_change") else _nothing_stored(handled, one)
        for one in out
    ]


def _nothing_stored(handled: Handled, scenario: Scenario) -> Scenario:
    # Without a stored row no value counts as changed.
    if not handled.receiver.stored or handled.receiver.remembered:
        return scenario
    setup = scenario.setup or ("sender = mock.MagicMock()", STORED)
    first = "afirst" if handled.receiver.is_async else "first"
    line = f"stored.values.return_value.{first}.return_value = None"
    return replace(scenario, setup=(*setup, line), sender="sender")


def _save_scenario(
    handled: Handled, piece: Piece, always: tuple[Piece, ...], after: tuple[Piece, ...]
) -> Scenario:
    created = piece.key == "on_create"
    pieces = (*always, piece, *after)
    words = "A new row" if created else "A row that exists"
    name, text = f"test_{piece.key}", f"{words} runs {piece.key}."
    if handled.receiver.original:
        first = "afirst" if handled.receiver.is_async else "first"
        setup = ("sender = mock.MagicMock()", STORED)
        if created:
            return Scenario(
                name, text, pieces, (), (*setup, f"stored.{first}.return_value = None"), "sender"
            )
        return Scenario(
            name, text, pieces, (), (*setup, f"original = stored.{first}.return_value"), "sender"
        )
    if any(use.name == "post_save" for use in handled.uses):
        return Scenario(name, text, pieces, (("created", created),))
    return Scenario(name, text, pieces, (("instance._state.adding", created),))


def _change_scenario(
    handled: Handled, piece: Piece, always: tuple[Piece, ...], after: tuple[Piece, ...]
) -> Scenario:
    fields = handled.receiver.stored
    wanted = piece.key.removeprefix("on_change.")
    field = next(f for f in fields if f in (wanted, f"{wanted}_id"))
    stored = (
        "{"
        # Only the field at hand differs from the row: the code of the others stays quiet.
        + ", ".join(f'"{f}": ' + ('"before"' if f == field else f"instance.{f}") for f in fields)
        + "}"
    )
    first = "afirst" if handled.receiver.is_async else "first"
    known: tuple[tuple[str, object], ...] = (("old", "before"), ("new", Raw(f"instance.{field}")))
    if handled.receiver.remembered:
        setup: tuple[str, ...] = (f'instance.__dict__["{handled.receiver.remembered}"] = {stored}',)
        sender = ""
        known = (*known, ("created", False))
    else:
        setup = (
            "sender = mock.MagicMock()",
            STORED,
            f"stored.values.return_value.{first}.return_value = {stored}",
        )
        sender = "sender"
        known = (*known, ("instance._state.adding", False))
    name = f"test_on_change_of_{wanted}"
    return Scenario(
        name,
        f"Another value of {wanted} runs its code.",
        (*always, piece, *after),
        known,
        setup,
        sender,
    )


def _variants(handled: Handled, scenario: Scenario) -> list[Scenario]:
    # A guard may ask for an existing row, or for a save of some fields: try these as well.
    names = {p.name for p in handled.parameters}
    out = [scenario]
    if scenario.decline:  # a variant that fits was found already
        return out
    if "created" in names and "created" not in dict(scenario.known):
        out.append(replace(scenario, known=(*scenario.known, ("created", False))))
    if (
        "action" in names
        and "action" not in dict(scenario.known)
        and handled.uses[0].family == "m2m"
    ):
        actions = ("post_add", "post_remove", "pre_add")
        out += [
            replace(scenario, known=(*scenario.known, ("action", a), ("pk_set", {1})))
            for a in actions
        ]
    return out


def _with_sender(scenario: Scenario) -> Scenario:
    # Real rows cannot be compared with mocks: a body that queries its sender gets a mock for it.
    asks = any(
        isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "sender"
        and node.attr in MANAGERS
        for piece in scenario.pieces
        for node in ast.walk(parse_body(piece.source))
    )
    if not asks or scenario.sender:
        return scenario
    return replace(scenario, sender="sender", setup=("sender = mock.MagicMock()", *scenario.setup))


def parameters_of(handled: Handled, scenario: Scenario) -> dict[str, Value]:
    """Return what each parameter stands for while the scenario is followed."""
    known = dict(scenario.known)
    out: dict[str, Value] = {}
    names = [
        "sender",
        "signal",
        "instance",
        "old",
        "new",
        "original",
        *(p.name for p in handled.parameters),
    ]
    fixed: dict[str, object] = {
        "raw": False,
        "using": "default",
        "update_fields": None,
        "reverse": False,
        "created": True,
        "action": "post_add",
        "pk_set": {1},
    }
    for name in names:
        given = known.get(name)
        if isinstance(given, Raw):
            out[name] = Value("mock", None, given.text, given.text)
        elif name in known:
            out[name] = known_value(given)
        elif name in fixed:
            out[name] = known_value(fixed[name])
        elif name == "sender" and scenario.sender != "sender" and handled.senders:
            out[name] = Value("pure", text=sender_text(handled))
        elif name == "signal":
            out[name] = Value("pure", text=handled.uses[0].name)
        else:
            out[name] = Value("mock", None, name, name)
    return out


def sender_text(handled: Handled) -> str:
    """Return how a test names the sender; a receiver of every sender gets any."""
    return handled.senders[0].lookup if handled.senders else "mock.MagicMock()"


def world_of(ctx: Context, handled: Handled, scenario: Scenario, patches: Sequence[str]) -> World:
    """Return the world that a scenario starts in."""
    known = frozenset(importable(ctx, handled))
    world = World(
        parameters_of(handled, scenario), frozenset(patches), module_alias(ctx), BUILTINS, known
    )
    # What is imported when the receiver runs cannot be replaced in the module.
    for line in handled.receiver.local_imports:
        world.parameters[line.rpartition(" ")[2].partition(".")[0]] = UNKNOWN
    if handled.uses[0].catch_all not in world.parameters:
        world.parameters[handled.uses[0].catch_all] = known_value({})
    world.settings.update({key: value for key, value in scenario.known if "." in key})
    return world


def follow(
    ctx: Context, handled: Handled, scenario: Scenario, patches: Sequence[str], *, refuse: int = 0
) -> FollowedWay | None:
    """Trace the scenario; None when it cannot be foreseen.

    ``refuse`` makes it follow the way to that ``raise``, counted from 1.
    """
    kept: FollowedWay | None = None
    for variant in _variants(handled, _with_sender(scenario)):
        # A bold trace may choose settings anew; where that fails, the first choices may do.
        for bold in (True, False):
            outcome = _follow(ctx, handled, variant, patches, refuse=refuse, bold=bold)
            if outcome is not None and outcome.shows:
                return outcome
            kept = kept or outcome
    return kept


_PASSES = 5


def _follow(
    ctx: Context,
    handled: Handled,
    scenario: Scenario,
    patches: Sequence[str],
    *,
    refuse: int,
    bold: bool,
) -> FollowedWay | None:
    # Repeat until no more attributes are set: one that is set late was taken for a mock before.
    settings: dict[str, object] = {}
    for _ in range(_PASSES):
        world = world_of(ctx, handled, scenario, patches)
        world.settings.update(settings)
        world.bold = bold
        state = _traced(handled, scenario, world, refuse=refuse)
        if state is None or (bool(state.raises) is not bool(refuse) and world.settings == settings):
            return None
        # The order counts too: a later setting may need the mock of an earlier one.
        if list(world.settings.items()) == list(settings.items()):
            return None if world.anew else _outcome(scenario, state)
        settings = dict(world.settings)
    return None


def _traced(handled: Handled, scenario: Scenario, world: World, *, refuse: int) -> Trace | None:
    handler = handled.handler
    waiting: set[tuple[int, int]] = set()
    state = Trace(world, lambda call: ends(call) in waiting, refuse=refuse)
    state.decline = scenario.decline
    state.given = {key: value for key, value in scenario.known if "." in key}
    try:
        if handler.when is not None:
            test = parse_expression(handler.when.text)
            if not assume(test, world, want=True):
                return None
            state.conditional = not is_settled(test, world)
        for piece in scenario.pieces:
            state.deferred = state.inline = piece.key == "after_commit"
            waiting.clear()
            waiting |= piece.waiting
            trace(parse_body(piece.source).body, state)
    except NotSafeError:
        return None
    return None if state.decline or _decides_again(handled, state) else state


def _decides_again(handled: Handled, state: Trace) -> bool:
    # The body changes a field that ``on_change`` compares afterwards.
    compared = {f"instance.{field}" for field in handled.receiver.stored}
    return any(item.path in compared for item in state.assigned)


def _outcome(scenario: Scenario, state: Trace) -> FollowedWay:
    paths = list(dict.fromkeys(item.path for item in state.assigned))
    captures = Captures(paths)
    seen = tuple(
        replace(s, arguments=captures.rewrite(s.arguments)) if s.arguments is not None else s
        for s in state.seen
    )
    assertions = [
        f"{item.path} == {captures.rewrite(item.text)}"
        for item in state.assigned
        # An attribute that is assigned twice has only its last value in the end.
        if item.text and sum(a.path == item.path for a in state.assigned) == 1
    ]
    return FollowedWay(
        scenario,
        seen,
        setup_lines(scenario.known, state.world.settings),
        tuple(assertions),
        tuple(captures.lines),
        state.raises,
        state.conditional,
        frozenset(state.world.escaped),
        tuple(sorted(state.world.awaited)),
        tuple(state.world.settings.items()),
        state.message,
        state.raised_at,
        state.said,
    )
