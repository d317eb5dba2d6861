"""The tests that take a way through a receiver. Entries: ``runs_case``, ``way_cases``."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from signalgen.dotted import dotted
from signalgen.syntax import free_names, parse_body
from signalgen.testplan.cases.scenario import FollowedWay, follow
from signalgen.testplan.cases.testcases import (
    calls_of,
    finish_case,
    quiet_paths,
    split_path,
    start_case,
    still_mock,
)
from signalgen.testplan.follow.ways import count_ways
from signalgen.values.plan import Expectation, TestCasePlan

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from signalgen.plan.context import Context
    from signalgen.plan.handlers.handler import Handled
    from signalgen.testplan.cases.scenario import Scenario


def runs_case(
    handled: Handled,
    outcome: FollowedWay,
    others: set[str],
    patches: Sequence[str],
    name: str = "",
    docstring: str = "",
    **changes: str,
) -> TestCasePlan:
    """Return the test of the way that ``outcome`` followed.

    ``others`` are the mocks that other ways call.
    """
    scenario = outcome.scenario
    case = start_case(
        handled,
        patches,
        outcome,
        name=name or scenario.name,
        docstring=docstring or scenario.docstring,
        kind="runs",
    )
    own = {seen.path for seen in outcome.seen}
    expectations = _expectations(outcome, patches)
    direct = {seen.path for seen in outcome.seen if not seen.deferred or not seen.certain}
    waiting = [(e.mock, e.attribute) for e in expectations if e.deferred]
    quiet = [path for path in others - own if not _has_prefix(path, own)]
    filled = replace(
        case,
        setup=(*case.setup, *outcome.captured),
        expectations=expectations,
        waiting=tuple(dict.fromkeys(w for w in waiting if ".".join(filter(None, w)) not in direct)),
        quiet=(*quiet_paths(quiet, outcome), *_unlogged(handled, patches)),
        assertions=(
            *outcome.assertions,
            *stored_queries(handled, scenario),
            *_forgotten(handled, scenario),
        ),
    )
    return finish_case(handled, scenario, _without_key(handled, filled), **changes)


def _unlogged(handled: Handled, patches: Sequence[str]) -> tuple[tuple[str, str], ...]:
    # Where errors are logged, the test would not notice one otherwise.
    logger = handled.receiver.logger
    return ((logger, "exception"),) if handled.receiver.log_errors and logger in patches else ()


def _without_key(handled: Handled, case: TestCasePlan) -> TestCasePlan:
    # Clear the deleted row's primary key before the commit, as Django does; early bindings keep it.
    texts = [e.arguments for e in case.expectations if e.deferred and e.arguments]
    late = any(
        isinstance(node, (ast.Lambda, ast.FunctionDef))
        for piece in handled.pieces
        for node in ast.walk(parse_body(piece.source))
    )
    after = any(piece.key == "after_commit" for piece in handled.pieces)
    deletes = all(use.name == "post_delete" for use in handled.uses)
    if not deletes or late or after or not any(_KEY.search(text) for text in texts):
        return case
    expectations = tuple(
        replace(e, arguments=_KEY.sub("pk_before", e.arguments))
        if e.deferred and e.arguments
        else e
        for e in case.expectations
    )
    setup = (*case.setup, "pk_before = instance.pk")
    return replace(case, setup=setup, expectations=expectations, at_commit="instance.pk = None")


_KEY = re.compile(r"\binstance\.pk\b(?!\.)")


def _has_prefix(path: str, own: set[str]) -> bool:
    # A call that this branch made may have made the mock that another branch calls.
    return any(path.startswith(f"{other}.return_value") for other in own)


_ROWS = ("instance", "sender", "original", "old", "new")
"""What a body may give other values, so that its methods are no longer those that were called."""


def _expectations(outcome: FollowedWay, patches: Sequence[str]) -> tuple[Expectation, ...]:
    # Calls of collaborators, and methods of the arguments that are called for their effect.
    out: list[Expectation] = []
    for seen in outcome.seen:
        root, rest = split_path(seen.path)
        asked = bool(seen.arguments) and root not in _ROWS and "return_value" not in rest
        if not seen.certain or not (root in patches or (rest and (seen.alone or asked))):
            continue
        count = sum(other.path == seen.path for other in outcome.seen)
        once = count == 1 and root not in outcome.escaped
        expectation = Expectation(root, rest, seen.arguments, seen.deferred, once)
        if expectation not in out:
            out.append(expectation)
    return tuple(out)


def stored_queries(handled: Handled, scenario: Scenario) -> tuple[str, ...]:
    """Return the assertion that the receiver reads the stored row from the right database."""
    receiver = handled.receiver
    if scenario.sender != "sender" or not (
        receiver.original or (receiver.stored and not receiver.remembered)
    ):
        return ()
    fields = () if receiver.original else receiver.stored
    calls = [f"mock.call{call}" for call in query_calls("default", fields)]
    return (f"sender._base_manager.mock_calls[:{len(calls)}] == [{', '.join(calls)}]",)


def query_calls(using: str, fields: Sequence[str]) -> list[str]:
    """Return the calls by which a receiver reads the stored row, or ``fields`` of it."""
    calls = [f'.using("{using}")', ".using().filter(pk=instance.pk)"]
    if fields:
        names = ", ".join(f'"{field}"' for field in fields)
        calls.append(f".using().filter().values({names})")
    return calls


def _forgotten(handled: Handled, scenario: Scenario) -> tuple[str, ...]:
    # What a companion remembered is gone after use.
    key = handled.receiver.remembered
    changed = key and scenario.name.startswith("test_on_change")
    return (f'vars(instance).get("{key}", "gone") == "gone"',) if changed else ()


def way_cases(
    ctx: Context, handled: Handled, outcomes: Sequence[FollowedWay], patches: Sequence[str]
) -> Iterator[TestCasePlan]:
    """Yield a test for each other way that a condition of a body can come out."""
    known: list[tuple[object, ...]] = []
    names: list[str] = []
    for outcome in outcomes:
        scenario = outcome.scenario
        bodies = [parse_body(piece.source) for piece in scenario.pieces]
        for other, ending in _other_ways(ctx, handled, scenario, patches, count_ways(bodies)):
            if outcome.raises or other.raises or _stays(handled, other):
                continue
            others = {*calls_of(outcome, patches), *_methods(outcome, patches)}
            others = {path for path in others if still_mock(path, other, patches)}
            text = "Where a condition does not hold, the body goes another way."
            case = runs_case(handled, other, others, patches, scenario.name, text)
            said = (case.setup, case.arguments, case.expectations, case.quiet, case.assertions)
            shows = case.expectations or case.quiet or other.assertions or _raises(bodies)
            if not shows or said in known:
                continue
            known.append(said)
            name = scenario.name + (ending if case.expectations or case.assertions else "_skips")
            names.append(name)
            number = names.count(name)
            yield replace(case, name=name if number == 1 else f"{name}_{number}")


def _other_ways(
    ctx: Context, handled: Handled, scenario: Scenario, patches: Sequence[str], count: int
) -> Iterator[tuple[FollowedWay, str]]:
    # Each other way, with what following it shows and the name of its test.
    for number in range(1, count + 1):
        other = follow(ctx, handled, replace(scenario, decline=number), patches)
        if other is not None:
            yield other, "_otherwise"
    variants: list[tuple[str, object, str]] = []
    variants += [("reverse", True, "_from_the_other_side")] if not handled.skips_reverse else []
    variants += [("update_fields", frozenset({"a_field"}), "_with_fields")]
    variants += [(name, None, f"_without_{name}") for name in _with_defaults(handled, scenario)]
    for name, value, ending in variants:
        if _reads(scenario, name):
            known = (*((k, v) for k, v in scenario.known if k != name), (name, value))
            other = follow(ctx, handled, replace(scenario, known=known), patches)
            if other is not None:
                yield other, ending


def _with_defaults(handled: Handled, scenario: Scenario) -> list[str]:
    # Arguments whose parts may be missing: ``getattr(request, "path", "an unknown page")``.
    sent = {p.name for p in handled.parameters} - {"sender", "instance"}
    asked = [
        node.args[0]
        for piece in scenario.pieces
        for node in ast.walk(parse_body(piece.source))
        if isinstance(node, ast.Call) and dotted(node.func) == "getattr" and len(node.args) == 3
    ]
    return sorted({node.id for node in asked if isinstance(node, ast.Name)} & sent)


def _reads(scenario: Scenario, name: str) -> bool:
    return any(name in free_names(piece.source, []) for piece in scenario.pieces)


def _raises(bodies: Sequence[ast.AST]) -> bool:
    return any(isinstance(node, ast.Raise) for body in bodies for node in ast.walk(body))


def _methods(outcome: FollowedWay, patches: Sequence[str]) -> set[str]:
    return {
        s.path
        for s in outcome.seen
        if s.alone and "." in s.path and s.path.partition(".")[0] not in patches
    }


def _stays(handled: Handled, outcome: FollowedWay) -> bool:
    # The way asks for a value that counts as unchanged.
    values = dict(outcome.settings)
    return any(values.get(f"instance.{field}") == "before" for field in handled.receiver.stored)
