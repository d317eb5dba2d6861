"""Puts the plan of each app together from its specs."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from signalgen.errors import Problem
from signalgen.plan.advice import advise
from signalgen.plan.app import hooks_and_files, next_steps
from signalgen.plan.body import stub_names
from signalgen.plan.checks import check_fields_used, check_imports, check_syntax
from signalgen.plan.context import Context, did_you_mean
from signalgen.plan.custom import plan_signal
from signalgen.plan.handler import Handled, plan_handler
from signalgen.plan.helpers import plan_helpers
from signalgen.plan.helpertests import helper_tests
from signalgen.plan.locate import beside, new_app, signals_apart, targets, where_it_lies
from signalgen.plan.names import definition_place, means_else, resolve
from signalgen.plan.rowtests import row_tests
from signalgen.plan.signals import names_of
from signalgen.plan.tasks import check_delay_on_commit, plan_tasks
from signalgen.plan.testclasses import handler_tests, ready_tests, sender_tests, style_of_tests
from signalgen.values.helpertests import HelperTests
from signalgen.values.plan import (
    AppPlan,
    Item,
    Plan,
    ReadyTests,
    RowTests,
    SenderFunction,
    Support,
    TaskStub,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from signalgen.facts.signals import Version
    from signalgen.values.change import Baseline
    from signalgen.values.project import App, Project
    from signalgen.values.spec import DefinitionSpec, HandlerSpec, Mark, SignalSpec, Spec

_UID = re.compile(r"""dispatch_uid=["']([^"']+)""")
_ARGUMENTS = (
    "instance",
    "created",
    "raw",
    "using",
    "update_fields",
    "action",
    "reverse",
    "model",
    "pk_set",
    "origin",
)


def make_plan(
    specs: Sequence[Spec],
    project: Project,
    baselines: Mapping[str, Baseline],
    *,
    target_django: Version | None = None,
) -> Plan:
    """Return what ``specs`` ask for in ``project``. ``baselines`` say, by app, what earlier runs generated.

    Problems of all specs are collected in the plan, by file and line; a plan with problems must not be carried out.
    """
    contexts = [_context(spec, specs, project, baselines, target_django) for spec in specs]
    by_app: dict[str, list[tuple[Context, list[Item], list[Handled]]]] = {}
    for ctx in contexts:
        items, handled = _items(ctx)
        taken = [item for _, others, _ in by_app.get(ctx.app.name, []) for item in others]
        items = [_distinct(item, ctx, taken) for item in items]
        by_app.setdefault(ctx.app.name, []).append((ctx, items, handled))
    apps = tuple(_app_plan(parts) for parts in by_app.values())
    problems = [problem for ctx in contexts for problem in ctx.problems]
    problems += [problem for parts in by_app.values() for problem in _twice(parts)]
    steps = [
        step
        for parts in by_app.values()
        for step in next_steps([ctx for ctx, _, _ in parts], parts[0][1])
    ]
    return Plan(
        apps,
        tuple(sorted(set(problems))),
        tuple(dict.fromkeys(note for ctx in contexts for note in ctx.notes)),
        tuple(dict.fromkeys(steps)),
        contexts[0].django if contexts else None,
    )


def _distinct(item: Item, ctx: Context, taken: Sequence[Item]) -> Item:
    """Name the row tests after the first handler as well where another spec of the app has such tests of the same model."""
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


def _context(
    spec: Spec,
    specs: Sequence[Spec],
    project: Project,
    baselines: Mapping[str, Baseline],
    target_django: Version | None,
) -> Context:
    app = project.app(spec.app.text) or new_app(spec.app.text, project)
    typed = spec.typed if spec.typed is not None else project.settings.typed
    baseline = baselines.get(app.name)
    ctx = Context(
        spec,
        tuple(specs),
        project,
        app,
        targets(app, project),
        target_django or _version(project.settings.target_django) or project.django_version,
        _is_typed(app, baseline) if typed is None else typed,
        frozenset(baseline.entries) if baseline else frozenset(),
        {key: entry.source for key, entry in baseline.entries.items()} if baseline else {},
        frozenset(
            (entry.path, entry.name)
            for known in baselines.values()
            for entry in known.entries.values()
        ),
        {key: entry.path for key, entry in baseline.entries.items()} if baseline else {},
        frozenset(
            uid
            for known in baselines.values()
            for e in known.entries.values()
            for uid in _UID.findall(e.text)
        ),
    )
    if not app.exists:
        _check_new_app(ctx)
    _check_label(ctx)
    return signals_apart(ctx)


def _check_label(ctx: Context) -> None:
    """A label that several apps have names none of them."""
    text = ctx.spec.app.text
    same = [app.name for app in ctx.project.apps if app.label == text and app.name != text]
    if ctx.app.name != text and len(same) > 1:
        message = f"{text!r} is the label of {len(same)} apps: {', '.join(same)}"
        ctx.problem(
            ctx.spec.app.mark,
            "several-apps",
            message,
            "give the import path of the one that is meant",
        )


def _is_typed(app: App, baseline: Baseline | None) -> bool:
    """Tell whether generated code is annotated: as it was before, so that a run never changes its mind; else as the app is."""
    entries = baseline.entries.values() if baseline else ()
    made = [entry.text for entry in entries if entry.kind in ("receiver", "task", "test")]
    if not made:
        return app.typed
    return any(") -> " in text.partition('"""')[0] or "(self) -> None" in text for text in made)


def _version(text: str | None) -> Version | None:
    if not text:
        return None
    major, _, minor = text.partition(".")
    return int(major), int(minor or 0)


def _check_new_app(ctx: Context) -> None:
    """An app that does not exist is made, but a slip of the pen must not make one beside the app that was meant."""
    name = ctx.spec.app.text
    near = did_you_mean(name, [app.name for app in ctx.project.apps])
    if near:
        ctx.note(
            ctx.spec.app.mark, "new-app", f"app {name!r} does not exist yet and is created", near
        )
    if ctx.targets.receivers[0] in ctx.project.modules.values():
        return
    clash = ctx.project.modules.get(name)
    if clash is not None and not clash.endswith("/__init__.py"):
        ctx.problem(
            ctx.spec.app.mark,
            "app-is-a-module",
            f"{name!r} is the module {clash}, not an app package",
            "choose another name",
        )


def _items(ctx: Context) -> tuple[list[Item], list[Handled]]:
    spec = ctx.spec
    check_delay_on_commit(ctx)
    check_syntax(ctx)
    check_imports(ctx)
    check_fields_used(ctx)
    own: list[tuple[HandlerSpec, SignalSpec | None]] = [
        (handler, None) for handler in spec.handlers
    ]
    own += [(handler, signal) for signal in spec.signals for handler in signal.handlers]
    parameters = sorted(
        {*names_of([]), *_ARGUMENTS, *(arg.name for s in spec.signals for arg in s.args)}
    )
    called = stub_names(ctx, [handler for handler, _ in own], parameters)
    stubs = frozenset(called) | {task.name for task in spec.tasks if task.app is None}
    items: list[Item] = []
    definitions = [plan_signal(ctx, signal) for signal in spec.signals]
    items += [definition for definition, _ in definitions]
    handled = [
        found
        for handler, signal in own
        if (found := plan_handler(where_it_lies(ctx, handler), handler, signal, stubs)) is not None
    ]
    items += [item for one in handled for item in one.support if item.name == "logger"]
    items += [_definition(ctx, definition) for definition in spec.definitions]
    for one in handled:
        items += one.support
        items.append(one.receiver)
    items += [function for _, function in definitions]
    items += plan_tasks(ctx, called)
    advise(ctx, handled)
    items += plan_helpers(ctx, items)
    if not ctx.problems:
        items += _tests(ctx, handled, [function for _, function in definitions], items)
    return list(dict.fromkeys(items)), handled


def _definition(ctx: Context, definition: DefinitionSpec) -> Support:
    path, module = definition_place(ctx, definition)
    names = resolve(ctx, definition.code, [definition.name], (path, module))
    return Support(
        path,
        definition.name,
        ctx.spec.source,
        "definition",
        names.imports,
        ctx.typed,
        definition.code.text,
    )


def _tests(
    ctx: Context,
    handled: Sequence[Handled],
    functions: Sequence[SenderFunction],
    items: Sequence[Item],
) -> list[Item]:
    """Return the tests, in a file of their own where the usual one gives another meaning to names that they need."""
    if ctx.project.settings.tests == "none":
        return []
    usual, other = ctx.targets.tests, beside(ctx.targets.tests)
    out = _tests_in(ctx, handled, functions, items)
    places = {path for key, path in ctx.places.items() if key.startswith("test:")}
    needs = [need for item in out for need in item.imports]
    if other[0] in places or (usual[0] not in places and means_else(ctx, usual, needs)):
        there = replace(ctx, targets=replace(ctx.targets, tests=other))
        return _tests_in(there, handled, functions, items)
    return out


def _tests_in(
    ctx: Context,
    handled: Sequence[Handled],
    functions: Sequence[SenderFunction],
    items: Sequence[Item],
) -> list[Item]:
    out: list[Item] = []
    if handled:
        paths = [item.path for one in handled for item in (one.receiver, *one.support)]
        out.append(ready_tests(ctx, paths))
    out += [handler_tests(where_it_lies(ctx, one.handler), one) for one in handled]
    out += row_tests(ctx, handled, style_of_tests(ctx))
    out += [sender_tests(ctx, function) for function in functions]
    out += helper_tests(ctx, items)
    return out


def _app_plan(parts: Sequence[tuple[Context, list[Item], list[Handled]]]) -> AppPlan:
    ctx = parts[0][0]
    items = _shared_once([item for _, some, _ in parts for item in some])
    receives = any(handled for _, _, handled in parts)
    hooks, files, new_config = hooks_and_files(ctx, items, receives=receives)
    sources = frozenset(context.spec.source for context, _, _ in parts)
    marks = {
        key: mark for context, _, handled in parts for key, mark in _marks(context.spec, handled)
    }
    return AppPlan(ctx.app.name, ctx.app.label, sources, items, hooks, files, new_config, marks)


def _marks(spec: Spec, handled: Sequence[Handled]) -> Iterator[tuple[str, Mark]]:
    """Yield the ids of what a spec asks for, each with its place in the spec."""
    for one in handled:
        for key in (one.receiver.id, f"{one.receiver.id}.before", f"test:{one.handler.id}"):
            yield key, one.handler.mark
    for signal in spec.signals:
        for key in (f"signal:{signal.name}", f"sender:{signal.name}", f"test:send_{signal.name}"):
            yield key, signal.mark
    yield from ((f"task:{task.name}", task.mark) for task in spec.tasks)


def _shared_once(items: Sequence[Item]) -> tuple[Item, ...]:
    """Keep one of what several specs of an app need alike: a logger, a stub, the test of ``ready()``."""
    kept: dict[object, Item] = {}
    for item in items:
        shared = isinstance(item, (Support, TaskStub, ReadyTests, HelperTests))
        kept.setdefault((type(item), item.path, item.name) if shared else item, item)
    return tuple(kept.values())


def _twice(parts: Sequence[tuple[Context, list[Item], list[Handled]]]) -> list[Problem]:
    """Report ids and function names that two specs of one app both define."""
    seen: dict[str, str] = {}
    out: list[Problem] = []
    for ctx, _, handled in parts:
        for one in handled:
            first = seen.setdefault(one.receiver.id, ctx.spec.file)
            if first == ctx.spec.file:
                first = seen.setdefault(one.receiver.name, ctx.spec.file)
            if first != ctx.spec.file:
                mark = one.handler.mark
                message = f"handler {one.handler.id!r} is defined in {first} as well"
                out.append(
                    Problem(
                        mark.file,
                        mark.line,
                        mark.column,
                        mark.path,
                        "duplicate-id",
                        message,
                        "give one of them another name and id",
                    )
                )
    return out
