"""The tests of a receiver: what must and must not happen. Entry: ``plan_cases``."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from signalgen.facts.names import BUILTINS
from signalgen.syntax import parse_body
from signalgen.values.fragment import ImportNeed
from signalgen.values.plan import CaseKind, Expectation, Remember, TestCasePlan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from signalgen.plan.context import Context
    from signalgen.plan.handlers.handler import Handled
    from signalgen.testplan.follow.traced import Seen
from signalgen.testplan.cases.quiettests import quiet_cases
from signalgen.testplan.cases.runtests import query_calls, runs_case, stored_queries, way_cases
from signalgen.testplan.cases.scenario import (
    STORED,
    FollowedWay,
    follow,
    importable,
    module_alias,
    scenarios,
)
from signalgen.testplan.cases.testcases import calls_of, finish_case, quiet_paths, start_case
from signalgen.testplan.collaborators import collaborators
from signalgen.testplan.surrounding import surrounding_cases


def plan_cases(ctx: Context, handled: Handled) -> tuple[TestCasePlan, ...]:
    """Return every test of ``handled`` that is certain to pass.

    A note says what could not be foreseen.
    """
    logger = (handled.receiver.logger,) if handled.receiver.log_errors else ()
    patches = tuple(sorted({*collaborators(handled), *logger}))
    outcomes = [
        outcome
        for s in scenarios(handled)
        if (outcome := follow(ctx, handled, s, patches)) is not None
    ]
    refused = [] if handled.receiver.log_errors else _refusals(ctx, handled, patches)
    cases = [_runs(handled, outcome, outcomes, patches) for outcome in outcomes]
    cases += way_cases(ctx, handled, outcomes, patches)
    cases += surrounding_cases(ctx, handled, outcomes, patches)
    cases += quiet_cases(ctx, handled, [*outcomes, *refused], patches)
    cases += _commit_and_error_cases(handled, outcomes, patches)
    cases += [
        _refuses(ctx, handled, outcome, patches, number) for number, outcome in enumerate(refused)
    ]
    followed = {outcome.scenario.name for outcome in [*outcomes, *refused]}
    cases += [_remembers(ctx, item) for item in handled.support if isinstance(item, Remember)]
    missing = len(scenarios(handled)) - len(followed)
    if missing:
        ctx.note(
            handled.handler.mark,
            "branch-untested",
            f"{_branches(missing)} of {handled.handler.name} without a test: "
            "what happens there hangs on values that cannot be foreseen",
            "write the test by hand",
        )
    return tuple(cases)


def _branches(count: int) -> str:
    return "one branch" if count == 1 else f"{count} branches"


def _runs(
    handled: Handled, outcome: FollowedWay, outcomes: Sequence[FollowedWay], patches: Sequence[str]
) -> TestCasePlan:
    others = {path for other in outcomes for path in calls_of(other, patches)}
    return runs_case(handled, outcome, others, patches)


def _refusals(ctx: Context, handled: Handled, patches: Sequence[str]) -> list[FollowedWay]:
    # One way to each ``raise`` of the bodies.
    found: dict[tuple[str, str, int], FollowedWay] = {}
    for scenario in scenarios(handled):
        raises = sum(
            isinstance(node, ast.Raise)
            for piece in scenario.pieces
            for node in ast.walk(parse_body(piece.source))
        )
        for number in range(1, raises + 1):
            outcome = follow(ctx, handled, scenario, patches, refuse=number)
            if outcome is not None:
                found.setdefault((outcome.raises, outcome.message, outcome.raised_at), outcome)
    return list(found.values())


def _refuses(
    ctx: Context, handled: Handled, outcome: FollowedWay, patches: Sequence[str], number: int
) -> TestCasePlan:
    # The body itself raises where its condition holds.
    scenario = outcome.scenario
    error = outcome.raises.rpartition(".")[2]
    case = start_case(
        handled,
        patches,
        outcome,
        name=f"{scenario.name}_refuses" + (f"_{number + 1}" if number else ""),
        docstring=f"The row is refused with {error}.",
        kind="raises",
    )
    plain = {*BUILTINS, *importable(ctx, handled)}
    raised = (
        outcome.raises
        if outcome.raises.partition(".")[0] in plain
        else f"{module_alias(ctx)}.{outcome.raises}"
    )
    message = _said(handled, outcome)
    queries = stored_queries(handled, scenario)
    filled = replace(case, raises=raised, message=message, assertions=queries)
    return finish_case(handled, scenario, filled)


def _said(handled: Handled, outcome: FollowedWay) -> str:
    # The text of Django's ``ValidationError`` has its fields and their messages in it.
    said = outcome.said
    django = ImportNeed("django.core.exceptions", "ValidationError") in handled.receiver.imports
    if not django or outcome.raises != "ValidationError":
        return outcome.message
    if isinstance(said, dict) and all(isinstance(text, str) for text in said.values()):
        return repr({field: [text] for field, text in said.items()})
    return repr([said]) if isinstance(said, str) else outcome.message


def _remembers(ctx: Context, companion: Remember) -> TestCasePlan:
    # The receiver that keeps the stored values does so, but not for fixtures.
    call = f"{module_alias(ctx)}.{companion.name}"
    name = "sent: dict[str, Any]" if ctx.typed else "sent"
    sent = (
        '{"signal": pre_save, "sender": sender, "instance": instance, '
        '"using": "other", "update_fields": None}'
    )
    kept = f'vars(instance)["{companion.key}"]'
    stored = "stored.values.return_value.first.return_value"
    steps = [f"{call}(raw=False, **sent)"]
    asked = ", ".join(f"mock.call{call}" for call in query_calls("other", companion.stored))
    assertions = [f"{kept} == {stored}", f"sender._base_manager.mock_calls[:3] == [{asked}]"]
    if "raw" in companion.guards:
        skipped = f'skipped = vars(instance).get("{companion.key}", "nothing")'
        steps = [f"{call}(raw=True, **sent)", skipped, *steps]
        assertions.insert(0, 'skipped == "nothing"')
    return TestCasePlan(
        "test_remembers_what_is_stored",
        "The values from before the save are kept, but not those of fixtures.",
        "quiet",
        setup=(
            "instance = mock.MagicMock()",
            "sender = mock.MagicMock()",
            STORED,
            f"{name} = {sent}",
        ),
        assertions=tuple(assertions),
        steps=tuple(steps),
    )


def _commit_and_error_cases(
    handled: Handled, outcomes: Sequence[FollowedWay], patches: Sequence[str]
) -> list[TestCasePlan]:
    out: list[TestCasePlan] = []
    for outcome in outcomes:
        direct = {s.path for s in outcome.seen if not s.deferred}
        waiting = [
            s.path for s in outcome.seen if s.deferred and s.certain and s.path not in direct
        ]
        calls = quiet_paths([p for p in waiting if p.partition(".")[0] in patches], outcome)
        if calls:
            name, text = (
                "test_nothing_happens_after_a_rollback",
                "What waits for the commit goes with the transaction.",
            )
            case = start_case(handled, patches, outcome, name=name, docstring=text, kind="rollback")
            out.append(finish_case(handled, outcome.scenario, replace(case, quiet=calls)))
            break
    return out + _error_cases(handled, outcomes, patches)


def _error_cases(
    handled: Handled, outcomes: Sequence[FollowedWay], patches: Sequence[str]
) -> list[TestCasePlan]:
    receiver = handled.receiver
    if "on_error" not in handled.handler.marks:
        return []
    logs = receiver.log_errors
    usable = [name for name in patches if name not in ("logger", receiver.logger)]
    direct = next(((o, s) for o in outcomes for s in o.seen if _can_fail(s, usable)), None)
    lost = [_lost_case(handled, outcomes[0], usable)] if receiver.savepoint and outcomes else []
    if direct is None:
        return lost
    outcome, seen = direct
    name = "test_errors_are_logged" if logs else "test_errors_are_raised"
    text = "An error is logged and the save goes on." if logs else "An error reaches the caller."
    kind: CaseKind = "logs" if logs else "raises"
    case = start_case(
        handled, usable if logs else patches, outcome, name=name, docstring=text, kind=kind
    )
    setup = [line for line in case.setup if logs is False or not line.startswith("logger.")]
    setup.append(f"{seen.path}.side_effect = RuntimeError")
    row = ", instance.pk" if receiver.what else ""
    said = f'"{receiver.name} failed{" for %s" if row else ""}"{row}'
    logged = (Expectation(receiver.logger, "exception", said, deferred=False),) if logs else ()
    filled = replace(
        case, setup=tuple(setup), raises="" if logs else "RuntimeError", expectations=logged
    )
    return [finish_case(handled, outcome.scenario, filled), *lost]


def _lost_case(handled: Handled, outcome: FollowedWay, patches: Sequence[str]) -> TestCasePlan:
    # Where the savepoint cannot be kept, the caller's rows are lost, so the error must reach the
    # caller.
    case = start_case(
        handled,
        sorted({*patches, "transaction"}),
        outcome,
        name="test_a_lost_transaction_is_raised",
        docstring="An error that took the transaction along reaches the caller.",
        kind="raises",
    )
    setup = [line for line in case.setup if not line.startswith("logger.")]
    setup.append("transaction.atomic.side_effect = RuntimeError")
    setup.append("transaction.get_connection.return_value.needs_rollback = True")
    using = handled.receiver.has_using
    own = '"other"' if using else ""
    asked = f"transaction.get_connection.call_args_list == [mock.call({own})]"
    filled = replace(case, setup=tuple(setup), raises="RuntimeError", assertions=(asked,))
    changes = {"using": '"other"'} if using else {}
    return finish_case(handled, outcome.scenario, filled, **changes)


def _can_fail(seen: Seen, patches: Sequence[str]) -> bool:
    return (
        seen.certain
        and not seen.deferred
        and not seen.in_try
        and seen.path.partition(".")[0] in patches
    )
