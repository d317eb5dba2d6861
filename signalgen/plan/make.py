"""Builds the plan of each app from its specs.

The entries are ``draft_plans(...)``, then ``settle(...)`` with the tests of the drafts.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from signalgen.errors import Problem
from signalgen.late import dataclass, pattern
from signalgen.plan.app import hooks_and_files, must_wait, next_steps
from signalgen.plan.clashes import name_clashes
from signalgen.plan.context import Context, absolute_module
from signalgen.plan.handlers.body import stub_names
from signalgen.plan.handlers.checks import check_imports, check_syntax
from signalgen.plan.handlers.handler import Handled, plan_handler
from signalgen.plan.handlers.hints import give_hints
from signalgen.plan.handlers.rebinding import check_rebinding
from signalgen.plan.helpers import plan_helpers
from signalgen.plan.names import locate
from signalgen.plan.names.freenames import definition_place, resolve
from signalgen.plan.names.locate import new_app, targets, where_it_lies
from signalgen.plan.names.modelimports import model_imports
from signalgen.plan.newapps import check_new_app, models_in
from signalgen.plan.recipes.checks import check_uses, told_once
from signalgen.plan.recipes.handing import with_what_is_taken
from signalgen.plan.recipes.keys import with_plain_keys
from signalgen.plan.recipes.queueing import queued
from signalgen.plan.signals.custom import plan_signal
from signalgen.plan.signals.listening import names_of
from signalgen.plan.tasks.stubs import check_delay_on_commit, plan_tasks
from signalgen.values.change import ByHand
from signalgen.values.plan import (
    AppPlan,
    Item,
    Plan,
    PlannedReceiver,
    SenderFunction,
    Support,
    TaskStub,
    TestClass,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from signalgen.facts.signals import Version
    from signalgen.values.change import Baseline
    from signalgen.values.fragment import ImportNeed
    from signalgen.values.project import App, Project
    from signalgen.values.spec import DefinitionSpec, HandlerSpec, Mark, SignalSpec, Spec

_UID = pattern(r"""dispatch_uid=["']([^"']+)""")
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


@dataclass(frozen=True, slots=True)
class Draft:
    """What one spec asks for, without the tests that ``signalgen.testplan`` adds.

    ``tested``, ``functions`` and ``helpers`` are the receivers, sender functions and other symbols
    that get tests: those that were not deleted, receivers under the names that people gave them.
    """

    ctx: Context
    items: tuple[Item, ...]
    handled: tuple[Handled, ...]
    tested: tuple[Handled, ...]
    functions: tuple[SenderFunction, ...]
    helpers: tuple[Item, ...]


def draft_plans(
    specs: Sequence[Spec],
    project: Project,
    baselines: Mapping[str, Baseline],
    by_hand: Mapping[str, ByHand],
    *,
    target_django: Version | None = None,
) -> tuple[Draft, ...]:
    """Return what each of ``specs`` asks for in ``project``.

    ``baselines`` say, by app, what earlier runs generated, ``by_hand`` how people changed it.
    Problems are collected in the contexts of the drafts.
    """
    contexts = [_context(spec, specs, project, baselines, target_django) for spec in specs]
    return tuple(_draft(ctx, by_hand.get(ctx.app.name, ByHand())) for ctx in contexts)


def settle(drafts: Sequence[Draft], tests: Sequence[Sequence[Item]]) -> Plan:
    """Return the plan of every app of ``drafts``; ``tests`` has each draft's tests, in order.

    Problems of all specs are collected in the plan, by file and line; a plan with problems must not
    be carried out.
    """
    by_app: dict[str, list[tuple[Draft, Sequence[Item]]]] = {}
    for draft, own in zip(drafts, tests, strict=True):
        by_app.setdefault(draft.ctx.app.name, []).append((draft, own))
    apps = tuple(_app_plan(parts) for parts in by_app.values())
    problems = [problem for draft in drafts for problem in draft.ctx.problems]
    problems += [p for parts in by_app.values() for p in _twice([draft for draft, _ in parts])]
    problems += [problem for parts in by_app.values() for problem in _clashes(parts)]
    steps = [
        step
        for parts in by_app.values()
        for step in next_steps(
            [draft.ctx for draft, _ in parts], [*parts[0][0].items, *parts[0][1]]
        )
    ]
    return Plan(
        apps,
        tuple(sorted(set(problems))),
        tuple(dict.fromkeys(note for draft in drafts for note in draft.ctx.notes)),
        tuple(dict.fromkeys(steps)),
        drafts[0].ctx.django if drafts else None,
    )


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
        frozenset(models_in(other for other in specs if other.app.text == spec.app.text)),
    )
    if not app.exists:
        check_new_app(ctx)
    _check_label(ctx)
    spec = replace(spec, imports=(*spec.imports, *model_imports(ctx)))
    ctx = replace(ctx, spec=spec)
    ctx = replace(ctx, spec=queued(ctx))
    ctx = replace(ctx, spec=with_plain_keys(replace(ctx, spec=with_what_is_taken(ctx))))
    return locate.tests_stay(locate.signals_apart(ctx))


def _check_label(ctx: Context) -> None:
    # A label that several apps share identifies none of them.
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
    # Annotated as before, so that later runs are consistent; otherwise as the app is.
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


def _draft(ctx: Context, by_hand: ByHand) -> Draft:
    spec = ctx.spec
    check_delay_on_commit(ctx)
    check_syntax(ctx)
    check_imports(ctx)
    told, before = check_uses(ctx), len(ctx.problems)
    own: list[tuple[HandlerSpec, SignalSpec | None]] = [(one, None) for one in spec.handlers]
    own += [(handler, signal) for signal in spec.signals for handler in signal.handlers]
    parameters = sorted(
        {*names_of([]), *_ARGUMENTS, *(arg.name for s in spec.signals for arg in s.args)}
    )
    called = stub_names(ctx, [handler for handler, _ in own], parameters)
    declared = {task.name: task.app for task in spec.tasks}
    stubs = frozenset(name for name in {**called, **declared} if declared.get(name) is None)
    definitions = [plan_signal(ctx, signal) for signal in spec.signals]
    items: list[Item] = [definition for definition, _ in definitions]
    handled = [
        found
        for handler, signal in own
        if (found := plan_handler(where_it_lies(ctx, handler), handler, signal, stubs)) is not None
    ]
    for one in handled:
        sent = {*names_of(one.parameters), one.uses[0].catch_all}
        check_rebinding(ctx, one.handler, one.receiver, one.pieces, sent)
    give_hints(ctx, handled)
    locate.note_places(ctx, [(one.handler, one.receiver.path) for one in handled])
    items += [item for one in handled for item in one.support if item.name == "logger"]
    items += [_definition(ctx, definition) for definition in spec.definitions]
    for one in handled:
        items += (*one.support, one.receiver)
    items += [function for _, function in definitions]
    items += plan_tasks(ctx, called, handled)
    there = [_as_it_lies(ctx, one, by_hand) for one in handled]
    names = {one.receiver.id: one.receiver for one in there}
    live = [
        names.get(item.id, item) if isinstance(item, PlannedReceiver) else item
        for item in items
        if _key(item) not in by_hand.gone
    ]
    helpers = plan_helpers(ctx, live)
    told_once(ctx, told, before)
    return Draft(
        ctx,
        tuple(dict.fromkeys((*items, *helpers))),
        tuple(handled),
        tuple(one for one in there if one.receiver.id not in by_hand.gone),
        tuple(item for item in live if isinstance(item, SenderFunction)),
        tuple(item for item in (*live, *helpers) if _key(item) not in by_hand.gone),
    )


def _key(item: Item) -> str:
    # The name of an item in the baseline.
    if isinstance(item, SenderFunction):
        return f"sender:{item.signal}"
    if isinstance(item, TaskStub):
        return f"task:{item.name}"
    if isinstance(item, Support):
        return f"support:{item.path}:{item.name}"
    return getattr(item, "id", "")


def _as_it_lies(ctx: Context, one: Handled, by_hand: ByHand) -> Handled:
    # A receiver that the spec renames gets that name, unless the merge says otherwise; otherwise it
    # has the one that a person gave it.
    receiver = one.receiver
    given = by_hand.renamed if (receiver.path, receiver.name) in ctx.written else {}
    name = by_hand.settled.get(receiver.id) or given.get(receiver.id, receiver.name)
    return replace(one, receiver=replace(receiver, name=name))


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


def _app_plan(parts: Sequence[tuple[Draft, Sequence[Item]]]) -> AppPlan:
    drafts = [draft for draft, _ in parts]
    ctx = drafts[0].ctx
    items = _shared_once(
        [_spared(draft.ctx, item) for draft, own in parts for item in (*draft.items, *own)]
    )
    # Django refuses to start with receivers of models that an installed app does not have.
    waits = any(must_wait(draft.ctx, draft.items) for draft in drafts)
    receives = any(draft.handled for draft in drafts) and not waits
    hooks, files, new_config = hooks_and_files(ctx, items, receives=receives)
    sources = frozenset(draft.ctx.spec.source for draft in drafts)
    marks = {key: mark for draft in drafts for key, mark in _marks(draft.ctx.spec, draft.handled)}
    return AppPlan(ctx.app.name, ctx.app.label, sources, items, hooks, files, new_config, marks)


def _spared(ctx: Context, item: Item) -> Item:
    # Drop imports of names that the module already has, as from ``get_user_model()``.
    aliases = ctx.app.aliases.get(item.path, {})
    held = [need for need in item.imports if aliases.get(need.bound) in _spellings(ctx, item, need)]
    if not held:
        return item
    return replace(item, imports=tuple(need for need in item.imports if need not in held))


def _spellings(ctx: Context, item: Item, need: ImportNeed) -> set[str]:
    # The same class may be imported from where it is defined and from where it is exported.
    own = next((name for name, path in ctx.project.modules.items() if path == item.path), "")
    module = absolute_module(ctx, need.module, own)
    same = {
        f"{model.module}:{model.name}"
        for app in ctx.project.apps
        for model in app.models
        if model.name == need.name and module in (model.module, model.exported)
    }
    return same | {f"{module}:{need.name}"}


def _marks(spec: Spec, handled: Sequence[Handled]) -> Iterator[tuple[str, Mark]]:
    for one in handled:
        for key in (one.receiver.id, f"{one.receiver.id}.before", f"test:{one.handler.id}"):
            yield key, one.handler.mark
    for signal in spec.signals:
        for key in (f"signal:{signal.name}", f"sender:{signal.name}", f"test:send_{signal.name}"):
            yield key, signal.mark
    yield from ((f"task:{task.name}", task.mark) for task in spec.tasks)


def _shared_once(items: Sequence[Item]) -> tuple[Item, ...]:
    # Several specs of an app may need the same logger, stub or test of ``ready()``: keep one.
    kept: dict[object, Item] = {}
    for item in items:
        shared = isinstance(item, (Support, TaskStub)) or (
            isinstance(item, TestClass) and item.shared
        )
        kept.setdefault((type(item), item.path, item.name) if shared else item, item)
    return tuple(kept.values())


def _clashes(parts: Sequence[tuple[Draft, Sequence[Item]]]) -> Iterator[Problem]:
    marks = {key: mark for draft, _ in parts for key, mark in _marks(draft.ctx.spec, draft.handled)}
    yield from name_clashes([(draft.ctx, [*draft.items, *own]) for draft, own in parts], marks)


def _twice(drafts: Sequence[Draft]) -> list[Problem]:
    seen: dict[str, str] = {}
    out: list[Problem] = []
    for draft in drafts:
        file = draft.ctx.spec.file
        for one in draft.handled:
            first = seen.setdefault(one.receiver.id, file)
            if first == file:
                first = seen.setdefault(one.receiver.name, file)
            if first != file:
                mark = one.handler.mark
                message = f"handler {one.handler.id!r} is defined in {first} as well"
                place = (mark.file, mark.line, mark.column, mark.path, "duplicate-id")
                out.append(Problem(*place, message, "give one of them another name and id"))
    return out
