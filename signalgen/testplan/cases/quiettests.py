"""The tests in which nothing must happen, such as for fixtures. Entry: ``quiet_cases``."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from signalgen.facts.signals import M2M_ACTIONS
from signalgen.syntax import parse_expression
from signalgen.testplan.cases.captures import setup_lines
from signalgen.testplan.cases.scenario import STORED, FollowedWay, scenarios, world_of
from signalgen.testplan.cases.testcases import calls_of, finish_case, quiet_paths, start_case
from signalgen.testplan.follow.assume import assume
from signalgen.testplan.follow.mockvalues import NotSafeError
from signalgen.testplan.follow.ways import Way, ways_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from signalgen.plan.context import Context
    from signalgen.plan.handlers.handler import Handled
    from signalgen.values.plan import TestCasePlan


def quiet_cases(
    ctx: Context, handled: Handled, outcomes: Sequence[FollowedWay], patches: Sequence[str]
) -> list[TestCasePlan]:
    """Return the tests in which nothing must happen.

    They cover fixtures, other fields, a guard that fails, and the reverse side of a relation.
    """
    showing = [outcome for outcome in outcomes if outcome.shows]
    first = next((o for o in showing if _visible(o, patches)), showing[0] if showing else None)
    if first is None:
        return _fixtures_only(handled, patches)
    handler = handled.handler
    out: list[TestCasePlan] = []

    def quiet(name: str, docstring: str, outcome: FollowedWay = first, **changes: str) -> None:
        out.append(_quiet(handled, outcome, patches, name, docstring, **changes))

    if handled.skips_raw:
        quiet("test_skips_fixtures", "Rows of a fixture run nothing.", raw="True")
    if handler.update_fields:
        text = "A save that touches none of the fields runs nothing."
        quiet("test_skips_other_fields", text, update_fields='frozenset({"another_field"})')
    if handled.skips_reverse:
        text = "A change made from the other side of the relation runs nothing."
        quiet("test_skips_reverse_side", text, reverse="True")
    for number, unless in enumerate(_unless(ctx, handled, first, patches), 1):
        name = "test_skips_without_guard" + (f"_{number}" if number > 1 else "")
        quiet(name, "Nothing runs while the guard does not hold.", unless)
    out += _new_row_cases(handled, outcomes, patches) + _other_rows(handled, outcomes, patches)
    out += _other_actions(handled, outcomes, patches)
    return (
        out
        + _unchanged_cases(handled, outcomes, patches)
        + _empty_cases(handled, outcomes, patches)
    )


def _visible(outcome: FollowedWay, patches: Sequence[str]) -> bool:
    # Whether a test would notice that this way is taken where it should not be.
    return bool(outcome.raises or outcome.assertions or _watched(outcome, patches))


def _watched(outcome: FollowedWay, patches: Sequence[str]) -> list[str]:
    alone = [
        s.path
        for s in outcome.seen
        if s.alone and "." in s.path and s.path.partition(".")[0] not in patches
    ]
    return [*calls_of(outcome, patches), *alone]


def _fixtures_only(handled: Handled, patches: Sequence[str]) -> list[TestCasePlan]:
    # Whatever the body does, fixtures do not reach it, so no trace is needed.
    if not handled.skips_raw:
        return []
    nothing = FollowedWay(scenarios(handled)[0], (), (), (), ())
    case = _quiet(
        handled,
        nothing,
        patches,
        "test_skips_fixtures",
        "Rows of a fixture run nothing.",
        raw="True",
    )
    return [replace(case, assertions=tuple(f"{name}.mock_calls == []" for name in patches))]


def _quiet(
    handled: Handled,
    outcome: FollowedWay,
    patches: Sequence[str],
    name: str,
    docstring: str,
    **changes: str,
) -> TestCasePlan:
    # A way that would show something, were it not for ``changes``.
    case = start_case(handled, patches, outcome, name=name, docstring=docstring, kind="quiet")
    calls = quiet_paths(_watched(outcome, patches))
    kept = _unassigned(outcome) if not calls else ()
    setup = [f"{path.rpartition('.')[2]}_before = {path}" for path in kept]
    assertions = tuple(f"{path} == {path.rpartition('.')[2]}_before" for path in kept)
    commits = any(seen.deferred for seen in outcome.seen)
    filled = replace(
        case, setup=(*case.setup, *setup), quiet=calls, assertions=assertions, commits=commits
    )
    return finish_case(handled, outcome.scenario, filled, **changes)


def _unassigned(outcome: FollowedWay) -> tuple[str, ...]:
    return tuple(text.partition(" == ")[0] for text in outcome.assertions)


def _unless(
    ctx: Context, handled: Handled, first: FollowedWay, patches: Sequence[str]
) -> list[FollowedWay]:
    # One way for each part of ``when`` that can be made false with certainty.
    if handled.handler.when is None:
        return []
    test = parse_expression(handled.handler.when.text)
    found = [_unless_so(ctx, handled, first, patches, way) for way in ways_of(test, usual=True)]
    if any(one is not None for one in found):
        return [one for one in found if one is not None]
    one = _unless_so(ctx, handled, first, patches, ((test, False),)) or _unless_created(
        handled, first
    )
    return [one] if one is not None else []


def _unless_so(
    ctx: Context, handled: Handled, first: FollowedWay, patches: Sequence[str], way: Way
) -> FollowedWay | None:
    # The parts of ``when`` come out as ``way`` says; None when that is not certain.
    when = handled.handler.when
    if when is None:
        return None
    test = parse_expression(when.text)
    first = _flagged(handled, first, way)
    asked = world_of(ctx, handled, first.scenario, patches)
    given = dict(asked.settings)
    try:
        assume(test, asked, want=True)
        world = world_of(ctx, handled, first.scenario, patches)
        world.settings.update(
            {p: v for p, v in first.settings if p in given or p not in asked.settings}
        )
        if not all(assume(part, world, want=want) for part, want in way):
            return None
        if not assume(test, world, want=False):
            return None
    except NotSafeError:
        return None
    return replace(first, setup=setup_lines(first.scenario.known, world.settings))


def _flagged(handled: Handled, first: FollowedWay, way: Way) -> FollowedWay:
    # Sends ``created`` and other flags as ``way`` wants them.
    flags = {p.name for p in handled.parameters} & {"created", "reverse"}
    wanted = {
        part.id: want for part, want in way if isinstance(part, ast.Name) and part.id in flags
    }
    keyed = {piece.key for piece in handled.pieces} - {"body", "after_commit"}
    if not wanted or keyed:
        return first
    known = tuple({**dict(first.scenario.known), **wanted}.items())
    return replace(first, scenario=replace(first.scenario, known=known))


def _unless_created(handled: Handled, first: FollowedWay) -> FollowedWay | None:
    # A guard that reads only ``created`` fails for the other kind of save.
    when = handled.handler.when
    known = dict(first.scenario.known)
    names = {p.name for p in handled.parameters}
    if when is None or when.text not in ("created", "not created") or "created" not in names:
        return None
    other = (
        *((k, v) for k, v in known.items() if k != "created"),
        ("created", when.text != "created"),
    )
    return replace(first, scenario=replace(first.scenario, known=other))


def _unchanged_cases(
    handled: Handled, outcomes: Sequence[FollowedWay], patches: Sequence[str]
) -> list[TestCasePlan]:
    # Nothing happens while the values stay the same, nor when the save omits the changed field.
    changes = [o for o in outcomes if o.scenario.name.startswith("test_on_change") and o.shows]
    keys = {p.key for p in handled.pieces if not p.key.startswith("on_change.")}
    # The others run with every save.
    if not changes or keys - {"on_create"}:
        return []
    first = changes[0]
    stored = "{" + ", ".join(f'"{f}": instance.{f}' for f in handled.receiver.stored) + "}"
    same = tuple(
        f"{line.rpartition(' = ')[0]} = {stored}" if '": ' in line else line
        for line in first.scenario.setup
    )
    unchanged = replace(first, scenario=replace(first.scenario, setup=same))
    if handled.receiver.remembered:
        gone = tuple(line for line in first.scenario.setup if line.startswith("sender = "))
    else:
        gone = tuple(
            re.sub(r"(stored\.values.*) = .*", r"\1 = None", line) for line in first.scenario.setup
        )
    new = replace(first, scenario=replace(first.scenario, setup=gone))
    text = "Nothing runs while the values stay the same."
    left_out = "A save that leaves the field out runs nothing."
    fresh = "A row that was not there before has no values that changed."
    other = 'frozenset({"another_field"})'
    new_rows = [] if keys else [_quiet(handled, new, patches, "test_skips_new_rows", fresh)]
    return [
        _quiet(handled, unchanged, patches, "test_skips_unchanged", text),
        *new_rows,
        _quiet(
            handled, first, patches, "test_skips_fields_not_saved", left_out, update_fields=other
        ),
    ]


def _new_row_cases(
    handled: Handled, outcomes: Sequence[FollowedWay], patches: Sequence[str]
) -> list[TestCasePlan]:
    # A comparison with the stored row never holds for a new row.
    updates = ("test_implementation", "test_on_update")
    first = next((o for o in outcomes if o.scenario.name in updates and o.shows), None)
    keys = {piece.key for piece in handled.pieces}
    if first is None or not handled.receiver.original or keys - {"implementation", "on_update"}:
        return []
    query = "afirst" if handled.receiver.is_async else "first"
    setup = ("sender = mock.MagicMock()", STORED, f"stored.{query}.return_value = None")
    own = tuple(line for line in first.setup if not line.startswith("original."))
    none = replace(first, scenario=replace(first.scenario, setup=setup), setup=own)
    return [_quiet(handled, none, patches, "test_skips_new_rows", "A new row runs nothing.")]


def _other_rows(
    handled: Handled, outcomes: Sequence[FollowedWay], patches: Sequence[str]
) -> list[TestCasePlan]:
    # Code for new rows leaves existing ones alone, and vice versa.
    key = next(iter({piece.key for piece in handled.pieces} - {"on_create", "on_update"}), None)
    first = next((o for o in outcomes if _visible(o, patches)), None)
    if key is not None or first is None or len(handled.pieces) != 1 or handled.receiver.original:
        return []
    known = dict(first.scenario.known)
    name = next((name for name in ("created", "instance._state.adding") if name in known), "")
    if not name:
        return []
    known[name] = not known[name]
    new = bool(known[name])
    other = replace(first, scenario=replace(first.scenario, known=tuple(known.items())))
    setup = tuple(
        f"instance._state.adding = {new}" if line.startswith("instance._state.adding") else line
        for line in first.setup
    )
    other = replace(other, setup=setup)
    words = "A new row" if new else "A row that exists"
    title = "test_skips_rows_that_are_new" if new else "test_skips_rows_that_exist"
    return [_quiet(handled, other, patches, title, f"{words} runs nothing.")]


def _other_actions(
    handled: Handled, outcomes: Sequence[FollowedWay], patches: Sequence[str]
) -> list[TestCasePlan]:
    # Other actions on a relation run nothing, whatever rows they concern.
    wanted = {M2M_ACTIONS[piece.key] for piece in handled.pieces if piece.key in M2M_ACTIONS}
    first = next((o for o in outcomes if _visible(o, patches)), None)
    free = [action for action in M2M_ACTIONS.values() if action not in wanted]
    if not wanted or len(wanted) < len(handled.pieces) or first is None or not free:
        return []
    known = (("action", free[0]), ("pk_set", {1}))
    other = replace(first, scenario=replace(first.scenario, known=known))
    seen = tuple(s for outcome in outcomes for s in outcome.seen)
    other = replace(other, seen=seen)
    return [_quiet(handled, other, patches, "test_skips_other_actions", f"{free[0]} runs nothing.")]


def _empty_cases(
    handled: Handled, outcomes: Sequence[FollowedWay], patches: Sequence[str]
) -> list[TestCasePlan]:
    # Adding rows that are already related runs nothing, unless a body runs for every action.
    keys = {f"test_{key}" for key in ("on_add", "on_pre_add")}
    adding = [o for o in outcomes if o.scenario.name in keys and o.shows]
    if any(piece.key in ("body", "after_commit") for piece in handled.pieces):
        return []
    text = "Adding rows that are there already runs nothing."
    names = ["test_skips_empty_change", "test_skips_another_empty_change"]
    return [
        _quiet(handled, one, patches, name, text, pk_set="set()")
        for name, one in zip(names, adding, strict=False)
    ]
