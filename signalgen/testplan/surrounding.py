"""The tests of generated lines around bodies. Entry: ``surrounding_cases``."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from signalgen.dotted import dotted
from signalgen.plan.handlers.branches import saved_names
from signalgen.syntax import free_names, parse_body
from signalgen.testplan.cases.runtests import runs_case
from signalgen.testplan.cases.scenario import FollowedWay, follow, module_alias
from signalgen.testplan.cases.testcases import calls_of, finish_case, start_case

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from signalgen.plan.context import Context
    from signalgen.plan.handlers.handler import Handled
    from signalgen.values.plan import TestCasePlan


def surrounding_cases(
    ctx: Context, handled: Handled, outcomes: Sequence[FollowedWay], patches: Sequence[str]
) -> Iterator[TestCasePlan]:
    """Yield the tests of the database and of ``update_fields``."""
    yield from _database_cases(ctx, handled, outcomes, patches)
    if any("update_fields" in free_names(piece.source, []) for piece in handled.pieces):
        # The body itself may take another way then.
        return
    yield from _saved_fields(handled, outcomes, patches)
    for outcome in outcomes:
        if outcome.scenario.name.startswith("test_on_change") and outcome.shows:
            yield from _saved_change(handled, outcome, patches)


def _database_cases(
    ctx: Context, handled: Handled, outcomes: Sequence[FollowedWay], patches: Sequence[str]
) -> Iterator[TestCasePlan]:
    # Transactions belong to the database that the row was saved to, not always the default one.
    receiver = handled.receiver
    imported = any(
        need.bound == "transaction" and not need.type_checking for need in receiver.imports
    )
    if receiver.is_async or not imported:
        return
    known: set[tuple[str, ...]] = set()
    for usual in outcomes:
        scenario = replace(usual.scenario, known=(*usual.scenario.known, ("using", "other")))
        outcome = follow(ctx, handled, scenario, patches)
        if outcome is None or outcome.raises or not (assertions := _transactions(handled, outcome)):
            continue
        shown = tuple(s.path for s in outcome.seen if s.deferred)
        if shown in known or (known and not shown):
            continue
        text = "What is done in a transaction is done in that of the row's database."
        if not receiver.has_using:
            text = "An error would be rolled back to a savepoint."
        name = "test_keeps_to_its_database" if receiver.has_using else "test_has_a_savepoint"
        name += scenario.name.removeprefix("test") if known else ""
        known.add(shown)
        case = start_case(handled, patches, outcome, name=name, docstring=text, kind="quiet")
        case = finish_case(handled, outcome.scenario, replace(case, assertions=assertions))
        patched = f'with mock.patch.object({module_alias(ctx)}, "transaction") as transaction:'
        steps = (patched, f"    self.receive({', '.join(case.arguments)})")
        yield replace(case, steps=steps)


def _transactions(handled: Handled, outcome: FollowedWay) -> tuple[str, ...]:
    receiver, pieces = handled.receiver, outcome.scenario.pieces
    texts = [piece.text for piece in pieces if piece.key != "after_commit"]
    calls = [
        node for text in texts for node in ast.walk(parse_body(text)) if isinstance(node, ast.Call)
    ]
    found = []
    if receiver.savepoint and not any(dotted(call.func).endswith("atomic") for call in calls):
        arguments = 'using="other"' if receiver.has_using else ""
        found.append(f"transaction.atomic.call_args_list == [mock.call({arguments})]")
    commits = [call for call in calls if dotted(call.func) == "transaction.on_commit"]
    named = all(any(k.arg == "using" for k in call.keywords) for call in commits)
    waits = any(seen.deferred and seen.certain for seen in outcome.seen) and bool(commits)
    waits = waits or any(piece.key == "after_commit" for piece in pieces)
    if receiver.has_using and named and waits:
        used = '{call.kwargs["using"] for call in transaction.on_commit.call_args_list}'
        found.append(f'{used} == {{"other"}}')
    return tuple(found)


def _saved_fields(
    handled: Handled, outcomes: Sequence[FollowedWay], patches: Sequence[str]
) -> Iterator[TestCasePlan]:
    # A save of one of the fields that the handler names runs it.
    named = handled.handler.update_fields
    fields = dict.fromkeys(name for ref in named for name in saved_names(handled.senders, ref.text))
    first = next((o for o in outcomes if calls_of(o, patches) and not o.raises), None)
    if not fields or first is None:
        return
    for field in fields:
        text = f"A save of {field} alone runs it as well."
        saved = f'frozenset({{"{field}"}})'
        name = f"test_runs_for_{field}"
        yield runs_case(handled, first, set(), patches, name, text, update_fields=saved)


def _saved_change(
    handled: Handled, outcome: FollowedWay, patches: Sequence[str]
) -> Iterator[TestCasePlan]:
    # A save of the changed field alone runs its code, by either of its names.
    wanted = outcome.scenario.name.removeprefix("test_on_change_of_")
    change = next(c for c in handled.receiver.changes if c.field in (wanted, f"{wanted}_id"))
    for saved in change.saved_as or (change.field,):
        name = f"{outcome.scenario.name}_saved_as_{saved}"
        text = f"A save of {saved} alone runs it as well."
        fields = f'frozenset({{"{saved}"}})'
        yield runs_case(handled, outcome, set(), patches, name, text, update_fields=fields)
