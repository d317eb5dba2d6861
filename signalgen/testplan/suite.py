"""All tests of a run, from receivers to tasks. Entry: ``plan_tests``."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from signalgen.plan.app import missing_models
from signalgen.plan.names.freenames import means_else
from signalgen.plan.names.locate import beside, where_it_lies
from signalgen.syntax import string_literal
from signalgen.testplan.completing import Planned, completed
from signalgen.testplan.helpers import task_kinds
from signalgen.testplan.othertests import (
    connection_tests,
    helper_tests,
    ready_tests,
    sender_tests,
    task_tests,
)
from signalgen.testplan.receivertests import receiver_tests
from signalgen.testplan.recipetests import recipe_tests, tested_by_recipes
from signalgen.testplan.watches import own_suffix
from signalgen.values.plan import TaskStub

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from signalgen.plan import Draft
    from signalgen.plan.context import Context
    from signalgen.values.plan import Item


def plan_tests(drafts: Sequence[Draft]) -> list[tuple[Item, ...]]:
    """Return the tests of each draft, in the order of ``drafts``; none if it has problems."""
    kinds = task_kinds(drafts)
    return [tuple(_tests(draft, kinds)) for draft in drafts]


def _tests(draft: Draft, kinds: frozenset[str]) -> list[Item]:
    # Tests get a separate file if the usual one gives another meaning to names that they need.
    ctx = draft.ctx
    if ctx.problems or "none" in (ctx.project.settings.tests, ctx.test_detail):
        return []
    later = _later(ctx, draft)
    if later:
        return list(completed(ctx, [_skipped(ctx, later)], kinds))
    usual, other = ctx.targets.tests, beside(ctx.targets.tests)
    out = _tests_in(ctx, draft, kinds)
    places = {path for key, path in ctx.places.items() if key.startswith("test:")}
    needs = [need for item in out for need in item.imports]
    if other[0] in places or (usual[0] not in places and means_else(ctx, usual, needs)):
        there = replace(ctx, targets=replace(ctx.targets, tests=other), notes=[])
        return _tests_in(there, draft, kinds)
    return out


def _later(ctx: Context, draft: Draft) -> str:
    # Why there can be no tests yet; "" if there can.
    names = sorted(set(missing_models(ctx, draft.items)))
    if names:
        return f"{ctx.app.name}.models has no {' and no '.join(names)} yet"
    if ctx.app.installed is False or not (ctx.app.exists or ctx.app.installed):
        return f"{ctx.app.name} is not in INSTALLED_APPS yet"
    return ""


def _skipped(ctx: Context, reason: str) -> Planned:
    # A module with a failing import would break the whole test run.
    code = f"raise SkipTest({string_literal(f'{reason}: run signalgen new again later')})"
    name = f"receivers{own_suffix(ctx)}"
    methods = (("test_later", "The next run writes the tests.", code),)
    return Planned(f"test:later.{name}", name, "Tests to come.", methods, database=False)


def _tests_in(ctx: Context, draft: Draft, kinds: frozenset[str]) -> list[Item]:
    planned = list(_planned(ctx, draft))
    return [*completed(ctx, planned, kinds), *helper_tests(ctx, draft.helpers)]


def _planned(ctx: Context, draft: Draft) -> Iterator[Planned]:
    handled = draft.tested
    if handled:
        paths = [item.path for one in handled for item in (one.receiver, *one.support)]
        yield ready_tests(ctx, paths)
        yield connection_tests(ctx, handled)
    # A function that a body calls is replaced, and would send nothing.
    called = {name for one in handled for piece in one.pieces for name in piece.used}
    senders = {
        function.signal: f"{ctx.targets.senders[1].rpartition('.')[2]}.{function.name}"
        for function in draft.functions
        if function.send == "send" and function.name not in called
    }
    told = tested_by_recipes(ctx)
    for one in handled:
        if one.handler.id in told:
            continue
        found = receiver_tests(where_it_lies(ctx, one.handler), one, senders)
        if found is not None:
            yield found
    yield from recipe_tests(ctx, handled)
    for function in draft.functions:
        yield sender_tests(ctx, function)
    for item in draft.items:
        if isinstance(item, TaskStub):
            test = task_tests(ctx, item)
            if test is not None:
                yield test
