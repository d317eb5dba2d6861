"""The tests that recipes bring, with their names resolved. Entry: ``recipe_tests``."""

from __future__ import annotations

import ast
from collections import Counter
from dataclasses import replace
from textwrap import indent
from typing import TYPE_CHECKING

from signalgen.late import pattern
from signalgen.plan.handlers.enqueuing import ending_in
from signalgen.plan.names.freenames import definition_place
from signalgen.plan.names.locate import where_it_lies
from signalgen.plan.names.origins import spec_imports
from signalgen.plan.names.references import find_model
from signalgen.plan.names.relations import deletes_itself
from signalgen.plan.tasks.stubs import by_hand
from signalgen.rewriting import Offsets, Rewrite, apply_edits
from signalgen.syntax import free_names, parse_body, snake_words, string_literal
from signalgen.testplan.completing import Planned
from signalgen.testplan.receivertests import known_names, module_alias
from signalgen.testplan.rows.makers import maker_name
from signalgen.testplan.rows.relations import walk_path
from signalgen.values.fragment import ImportNeed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from signalgen.plan.context import Context
    from signalgen.plan.handlers.handler import Handled
    from signalgen.values.spec import RecipeTests

_DELETES = pattern(r"\.delete\(\)|\"delete\"")
_LEFT = pattern(r"\bcall\.(\w+)")
_DELAYED = pattern(r"\bcall\.(\w+)\.delay\b")


def tested_by_recipes(ctx: Context) -> frozenset[str]:
    """Return the ids of the handlers whose recipe brings tests."""
    return frozenset(name for tests in ctx.spec.recipe_tests for name in tests.handlers)


def recipe_tests(ctx: Context, handled: Sequence[Handled]) -> Iterator[Planned]:
    """Yield a test class for each recipe of the spec that brings tests."""
    for tests in ctx.spec.recipe_tests:
        own = [one for one in handled if one.handler.id in tests.handlers]
        if tests.handlers and not own:
            continue
        there = _at(ctx, [where_it_lies(ctx, one.handler) for one in own])
        known = known_names(there, own)
        places = [
            (one.name, definition_place(ctx, one)[1])
            for one in ctx.spec.definitions
            if one.name in tests.definitions
        ]
        known |= {name: ImportNeed(place, name) for name, place in places}
        module = places[0][1] if places and not own else there.targets.receivers[1]
        for test in tests.tests:
            for name, origin in spec_imports(test.imports):
                known[name] = ImportNeed(origin.module, origin.name, origin.alias)
        names = {word for test in tests.tests for word in _LEFT.findall(test.code.text)}
        foreign = _by_hand(ctx, tests)
        methods = tuple(
            (
                f"test_{test.name}",
                test.description or f"{test.name}.",
                _deleting(ctx, tests, _named(there, test.code.text, own, tests)),
            )
            for test in tests.tests
            if foreign.isdisjoint(free_names(test.code.text, []))
        )
        yield Planned(
            f"test:recipe.{tests.name}",
            tests.name,
            f"{tests.name}.",
            methods,
            known,
            module,
            frozenset(names - {"commit"}),
        )


def _at(ctx: Context, lying: Sequence[Context]) -> Context:
    """Return ``ctx`` with the receivers' module of most of ``lying``; unchanged if empty."""
    modules = Counter(one.targets.receivers for one in lying).most_common(1)
    return replace(ctx, targets=replace(ctx.targets, receivers=modules[0][0])) if modules else ctx


def _deleting(ctx: Context, tests: RecipeTests, code: str) -> str:
    # Rows whose ``delete()`` keeps them are really deleted: that is tested.
    model = find_model(ctx, tests.model) if tests.model is not None else None
    if model is None or not _DELETES.search(code) or not deletes_itself(ctx, model):
        return code
    patch = f'mock.patch.object({model.name}, "delete", Model.delete)'
    return f"with {patch}:\n{indent(code, '    ')}"


def _by_hand(ctx: Context, tests: RecipeTests) -> frozenset[str]:
    # The tasks that the recipe would write if they did not exist: existing ones are not tested.
    made = (task.name for task in ctx.spec.tasks if task.mark.path.startswith(tests.mark.path))
    return frozenset(name for name in made if by_hand(ctx, name))


def _named(ctx: Context, code: str, own: Sequence[Handled], tests: RecipeTests) -> str:
    # ``watch("name of a handler")`` by its dispatch_uid, and by all of them without a name;
    # ``make_order__items`` by what makes a row of the model that the field leads to.
    # A recipe says ``.delay``, whichever library its task is of.
    uids = {one.handler.id: one.receiver.connections[0].dispatch_uid for one in own}
    texts = [piece.text for one in own for piece in one.pieces]
    code = _DELAYED.sub(lambda hit: f"call.{hit[1]}{ending_in(ctx, hit[1], texts)}", code)
    offsets = Offsets(code)
    edits: list[Rewrite] = []
    for node in ast.walk(parse_body(code)):
        if isinstance(node, ast.FunctionDef) and ctx.typed and node.returns is None:
            edits += _annotated(code, node, offsets)
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
            continue
        given = [str(arg.value) for arg in node.args if isinstance(arg, ast.Constant)]
        heard = ", ".join(string_literal(uids.get(name, name)) for name in given or uids)
        if node.func.id == "watch":
            edits.append(Rewrite(*offsets.span(node), f"watch({heard})"))
        elif node.func.id.startswith("make_"):
            edits.append(Rewrite(*offsets.span(node.func), _maker(ctx, tests, node.func.id)))
        elif node.func.id == "only" and given:
            edits.append(Rewrite(*offsets.span(node), f"only({heard}, module={module_alias(ctx)})"))
    return apply_edits(code, edits)


def _annotated(code: str, function: ast.FunctionDef, offsets: Offsets) -> Iterator[Rewrite]:
    # The arguments of a function inside a test, and what it returns, may be anything.
    plain = (*function.args.args, *function.args.kwonlyargs)
    stars = (star for star in (function.args.vararg, function.args.kwarg) if star is not None)
    for argument in (*plain, *stars):
        end = offsets.span(argument)[1]
        default = code[end] == "="
        yield Rewrite(end, end + default, ": Any = " if default else ": Any")
    end = code.index("):\n", offsets.span(function)[0]) + 1
    yield Rewrite(end, end, " -> Any")


def _maker(ctx: Context, tests: RecipeTests, name: str) -> str:
    plain, _, field = name.partition("__")
    model = find_model(ctx, tests.model) if tests.model is not None else None
    if model is None or plain != f"make_{snake_words(model.name)}":
        return name
    if field:
        (step,) = walk_path(ctx, model, [field])
        model = step.model
    return name if model is None else maker_name(ctx, model)
