"""All tests of a run, from receivers to tasks. Entry: ``plan_tests``."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from signalgen.plan.clashes import without_clashes
from signalgen.plan.names.freenames import means_else
from signalgen.plan.names.locate import beside, where_it_lies
from signalgen.testplan.helpertests import helper_tests
from signalgen.testplan.rowtests import row_tests
from signalgen.testplan.style import style_of_tests
from signalgen.testplan.testclasses import handler_tests, ready_tests, sender_tests
from signalgen.values.plan import Item, RowTests

if TYPE_CHECKING:
    from collections.abc import Sequence

    from signalgen.plan import Draft
    from signalgen.plan.context import Context


def plan_tests(drafts: Sequence[Draft]) -> list[tuple[Item, ...]]:
    """Return the tests of each draft, in the order of ``drafts``; none where it has problems."""
    taken: dict[str, list[Item]] = {}
    out: list[tuple[Item, ...]] = []
    for draft in drafts:
        earlier = taken.setdefault(draft.ctx.app.name, [])
        own = [_distinct(item, draft.ctx, earlier) for item in dict.fromkeys(_tests(draft))]
        earlier += own
        out.append(tuple(own))
    return out


def _tests(draft: Draft) -> list[Item]:
    # Tests get a file of their own where the usual one gives another meaning to names that they
    # need.
    ctx = draft.ctx
    if ctx.problems or ctx.project.settings.tests == "none":
        return []
    usual, other = ctx.targets.tests, beside(ctx.targets.tests)
    out = _tests_in(ctx, draft)
    places = {path for key, path in ctx.places.items() if key.startswith("test:")}
    needs = [need for item in out for need in item.imports]
    if other[0] in places or (usual[0] not in places and means_else(ctx, usual, needs)):
        there = replace(ctx, targets=replace(ctx.targets, tests=other))
        return _tests_in(there, draft)
    return out


def _tests_in(ctx: Context, draft: Draft) -> list[Item]:
    handled, out = draft.tested, list[Item]()
    if handled:
        paths = [item.path for one in handled for item in (one.receiver, *one.support)]
        out.append(ready_tests(ctx, paths))
    out += [handler_tests(where_it_lies(ctx, one.handler), one) for one in handled]
    out += row_tests(ctx, handled, style_of_tests(ctx))
    out += [sender_tests(ctx, function) for function in draft.functions]
    out += helper_tests(ctx, draft.helpers)
    return without_clashes(ctx, out)


def _distinct(item: Item, ctx: Context, taken: Sequence[Item]) -> Item:
    # Where several specs of an app test rows of the same model, the first handler joins the name.
    if not isinstance(item, RowTests):
        return item
    owner = ctx.owners.get(item.id)
    others = owner not in (None, ctx.spec.source) or any(
        isinstance(other, RowTests) and other.id == item.id for other in taken
    )
    if not others:
        return item
    first = item.cases[0].name.removeprefix("test_")
    camel = "".join(part.capitalize() for part in first.split("_"))
    return replace(item, id=f"{item.id}.{first}", name=f"{item.name}{camel}")
