"""The helpers that a generated test module has once. Entry: ``helpers``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.plan.names.freenames import definition_place
from signalgen.plan.names.locate import where_it_lies
from signalgen.syntax import string_literal
from signalgen.testplan.rows.relations import all_models
from signalgen.values.fragment import ImportNeed
from signalgen.values.plan import Support, TaskStub

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from signalgen.plan import Draft
    from signalgen.plan.context import Context

_CONTEXT = ImportNeed("contextlib", "contextmanager")
_ITERATOR = ImportNeed("collections.abc", "Iterator")
_STACK = ImportNeed("contextlib", "ExitStack")
_MOCK = ImportNeed("unittest", "mock")
_TRANSACTION = ImportNeed("django.db", "transaction")
_MODEL_SIGNALS = ImportNeed("django.db.models", "signals", "model_signals")
HELPERS: Mapping[str, tuple[tuple[str, ...], tuple[ImportNeed, ...], tuple[ImportNeed, ...]]] = {
    # name: other helpers, imports, imports of a typed one; in the order of the file
    "only": (
        (),
        (_CONTEXT, _STACK, _MOCK, _MODEL_SIGNALS, ImportNeed("django.dispatch", "Signal")),
        (ImportNeed("types", "ModuleType"),),
    ),
    "double": (
        (),
        (_MOCK,),
        (ImportNeed("typing", "Any"),),
    ),
    "queued": (
        (),
        (ImportNeed("inspect", "signature"), ImportNeed("kombu.serialization", "dumps")),
        (ImportNeed("typing", "Any"),),
    ),
    "preparing": (("only",), (_CONTEXT, _TRANSACTION, ImportNeed("unittest", "SkipTest")), ()),
    "unsave": (
        ("preparing",),
        (ImportNeed("django.db.models", "Model"),),
        (ImportNeed("typing", "Any"),),
    ),
    "unchanged": ((), (_CONTEXT,), (ImportNeed("django.db.models", "Model"),)),
    "watching": (
        ("only", "double"),
        (
            *(_CONTEXT, _STACK, _MOCK, _TRANSACTION, ImportNeed("django.conf", "settings")),
            ImportNeed("django.test", "TestCase"),
            ImportNeed("django.test", "override_settings"),
            ImportNeed("django.core.cache", "caches"),
            ImportNeed("django.utils.module_loading", "import_string"),
        ),
        (ImportNeed("types", "ModuleType"), ImportNeed("collections.abc", "Sequence")),
    ),
    "another": (
        (),
        (
            ImportNeed("contextlib", "suppress"),
            ImportNeed("datetime", "timedelta"),
            ImportNeed("django.utils", "timezone"),
            ImportNeed("unittest", "SkipTest"),
            ImportNeed("django.core.exceptions", "ValidationError"),
        ),
        (ImportNeed("typing", "Any"),),
    ),
    "strict": (
        (),
        (_CONTEXT, _STACK, _MOCK, ImportNeed("sys"), ImportNeed("django.db", "router")),
        (ImportNeed("typing", "Any"),),
    ),
    "sides": ((), (ImportNeed("unittest", "SkipTest"),), (ImportNeed("typing", "Any"), _ITERATOR)),
    "breaking": (
        (),
        (_CONTEXT, _MOCK, _TRANSACTION),
        (ImportNeed("types", "ModuleType"),),
    ),
    "losing": ((), (_CONTEXT, _MOCK, _TRANSACTION), ()),
    "asked": ((), (_MOCK,), (ImportNeed("typing", "Any"), ImportNeed("django.db.models", "Model"))),
}


def helpers(ctx: Context, wanted: set[str], kinds: frozenset[str]) -> Iterator[Support]:
    """Yield the helpers named ``wanted``, and those that they call, in file order.

    ``kinds`` are the task libraries whose queues they replace.
    """
    every = set(wanted)
    every |= {"queued"} if "celery" in kinds and "watching" in wanted else set()
    for name in wanted:
        every |= set(_needed(name))
    for name, (_others, plain, typed) in HELPERS.items():
        if name in every:
            needs = plain
            if ctx.typed:
                needs = (*needs, *typed, *([_ITERATOR] if _CONTEXT in needs else []))
            code, more = _for_queues(name, kinds)
            code = _modules(ctx) if name == "strict" else code
            if name == "unsave" and any(model.custom_save for model in all_models(ctx)):
                code, more = "tried", (_TRANSACTION,)
            yield support(ctx, name, f"tests/{name}", (*needs, *more), code)


def _needed(name: str) -> Sequence[str]:
    others = HELPERS[name][0]
    return [*others, *(deep for other in others for deep in _needed(other))]


def _modules(ctx: Context) -> str:
    # The modules with recipes' code, as a tuple.
    found = {definition_place(ctx, one)[1] for spec in ctx.specs for one in spec.definitions}
    found |= {
        where_it_lies(ctx, handler).targets.receivers[1]
        for spec in ctx.specs
        for tests in spec.recipe_tests
        for handler in spec.handlers
        if handler.id in tests.handlers
    }
    return f"({''.join(f'{string_literal(module)}, ' for module in sorted(found))})"


def task_kinds(drafts: Sequence[Draft]) -> frozenset[str]:
    """Return the task libraries of the project's tasks and of this run's."""
    contexts = [draft.ctx for draft in drafts]
    # Stubs of these specs may be removed by this run; the remaining ones are planned.
    ours = {
        (ctx.app.name, key)
        for ctx in contexts
        for key, source in ctx.owners.items()
        if source == ctx.spec.source
    }
    apps = {app.name: app for ctx in contexts for app in ctx.project.apps}
    own = {
        task.kind
        for name, app in apps.items()
        for task in app.tasks
        if (name, f"task:{task.name}") not in ours
    }
    planned = {
        draft.ctx.task_backend
        for draft in drafts
        if draft.ctx.spec.tasks or any(isinstance(item, TaskStub) for item in draft.items)
    }
    return frozenset(own | planned)


def _for_queues(name: str, kinds: frozenset[str]) -> tuple[str, tuple[ImportNeed, ...]]:
    # Replacements that keep tasks from their queues: Celery's run up to the queue, others are
    # replaced.
    if name == "watching" and "celery" in kinds:
        line = 'mock.patch.object(Task, "apply_async", queued)'
        return line, (ImportNeed("celery.app.task", "Task"),)
    if name == "double" and kinds - {"celery"}:
        return "other", (ImportNeed("inspect", "signature"),)
    return "", ()


def support(
    ctx: Context, name: str, template: str, needs: Iterable[ImportNeed], code: str
) -> Support:
    """Return a symbol of the test module that other symbols use."""
    return Support(
        ctx.targets.tests[0],
        name,
        ctx.spec.source,
        template,
        tuple(sorted(set(needs))),
        ctx.typed,
        code,
    )
