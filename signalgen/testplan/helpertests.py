"""The tests of helpers, services and tasks of a spec. Entry: ``helper_tests``."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from signalgen.dotted import dotted
from signalgen.plan.names.freenames import definition_place
from signalgen.syntax import parse_body
from signalgen.testplan.style import class_name, style_of_tests
from signalgen.values.fragment import ImportNeed
from signalgen.values.helpertests import HelperTests
from signalgen.values.plan import Support, TaskStub

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from signalgen.plan.context import Context
    from signalgen.values.plan import Item
    from signalgen.values.spec import DefinitionSpec

_MOCK = ImportNeed("unittest", "mock")
_ANY = ImportNeed("typing", "Any")
_NEEDS = {
    "mute_signals": (
        _MOCK,
        ImportNeed("threading", "Thread"),
        ImportNeed("asgiref.sync", "async_to_sync"),
        ImportNeed("django.dispatch", "Signal"),
    ),
    "cache_invalidator": (
        _MOCK,
        ImportNeed("django.core.exceptions", "ImproperlyConfigured"),
        ImportNeed("django.db", "transaction"),
    ),
    "connect_receivers": (),
}
_EXPRESSIONS = {name: ImportNeed("django.db.models", name) for name in ("F", "Q", "Value")}


def helper_tests(ctx: Context, items: Sequence[Item]) -> Iterator[HelperTests]:
    """Yield the test classes of helpers and tasks in ``items``, and of the spec's services."""
    for item in items:
        if isinstance(item, Support) and item.template in _NEEDS:
            yield _helper(ctx, item)
        elif isinstance(item, TaskStub) and _is_new(ctx, item):
            yield _task(ctx, item)
    for definition in ctx.spec.definitions:
        found = _service(ctx, definition)
        if found is not None:
            yield found


def _made(
    ctx: Context,
    module: str,
    subject: str,
    template: str,
    needs: Iterable[ImportNeed],
    *,
    database: bool,
    title: str = "",
) -> HelperTests:
    # ``title`` gives the class its name.
    style = style_of_tests(ctx)
    package, _, alias = module.rpartition(".")
    needs = {*needs, ImportNeed(package, alias)}
    if style == "unittest":
        needs.add(ImportNeed("django.test", "TestCase" if database else "SimpleTestCase"))
    elif database or template == "mute_signals":
        needs.add(ImportNeed("pytest"))
    return HelperTests(
        ctx.targets.tests[0],
        f"test:helper.{subject}",
        class_name(title or subject, style, ctx.project.testing.classes),
        ctx.spec.source,
        style,
        f"{template}_tests",
        alias,
        subject,
        ctx.typed,
        tuple(sorted(needs)),
    )


def _helper(ctx: Context, item: Support) -> HelperTests:
    needs = set(_NEEDS[item.template])
    fixture = item.template == "cache_invalidator" and style_of_tests(ctx) == "pytest"
    if ctx.typed and (fixture or item.template == "connect_receivers"):
        needs.add(_ANY)
    database = item.template == "cache_invalidator"
    return _made(ctx, ctx.targets.helpers[1], item.name, item.template, needs, database=database)


def _is_new(ctx: Context, stub: TaskStub) -> bool:
    # A task that somebody wrote may do anything: only a stub, or one that got its test with it, is
    # tested.
    return bool(stub.key) and (
        f"task:{stub.name}" not in ctx.owners or f"test:helper.{stub.name}" in ctx.owners
    )


def _task(ctx: Context, stub: TaskStub) -> HelperTests:
    # For a task that looks up its row: a worker may run after the row is gone.
    needs = {_MOCK, _ANY} if ctx.typed else {_MOCK}
    call = f"{stub.name}.call" if ctx.task_backend == "django" else stub.name
    made = _made(
        ctx,
        ctx.targets.tasks[1],
        stub.name,
        "task",
        needs,
        database=True,
        title=f"{stub.name}_task",
    )
    said = tuple(
        "missing" if name == stub.key else f"mock.sentinel.{name}" for name in stub.arguments
    )
    return replace(made, call=call, said=said, logger=stub.logger)


def _service(ctx: Context, definition: DefinitionSpec) -> HelperTests | None:
    # Only functions that update many rows at once have tests; None for other code of a recipe.
    calls = [
        node for node in ast.walk(parse_body(definition.code.text)) if isinstance(node, ast.Call)
    ]
    update = next(
        (c for c in calls if isinstance(c.func, ast.Attribute) and c.func.attr == "update"), None
    )
    if definition.module == "receivers" or update is None:
        return None
    after = next((dotted(c.args[0]) for c in calls if dotted(c.func) == "partial"), "")
    needs = {_MOCK}
    said = []
    for keyword in update.keywords:
        names = {node.id for node in ast.walk(keyword.value) if isinstance(node, ast.Name)}
        plain = names <= set(_EXPRESSIONS)
        said.append(f"{keyword.arg}={ast.unparse(keyword.value) if plain else 'mock.ANY'}")
        needs |= {_EXPRESSIONS[name] for name in names if plain}
    if ctx.typed and after and style_of_tests(ctx) == "pytest":
        needs.add(_ANY)
    module = definition_place(ctx, definition)[1]
    made = _made(ctx, module, definition.name, "service", needs, database=bool(after))
    return replace(made, said=tuple(said), after=after)
