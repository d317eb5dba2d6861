"""The tests of ``ready()``, sender functions, helpers and tasks.

The entries are ``ready_tests``, ``connection_tests``, ``sender_tests``, ``task_tests`` and
``helper_tests``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from signalgen.plan.names.cycles import importers
from signalgen.plan.names.locate import module_of
from signalgen.syntax import string_literal
from signalgen.testplan.completing import Planned
from signalgen.testplan.receivertests import known_names
from signalgen.testplan.style import class_name, style_of_tests
from signalgen.testplan.watches import own_suffix
from signalgen.values.fragment import ImportNeed
from signalgen.values.plan import Remember, Support, TaskStub, TestClass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from signalgen.plan.context import Context
    from signalgen.plan.handlers.handler import Handled
    from signalgen.values.plan import Item, PlannedReceiver, SenderFunction

_MOCK = ImportNeed("unittest", "mock")
_IMPORT = ImportNeed("importlib", "import_module")
_HELPERS: Mapping[str, tuple[str, tuple[ImportNeed, ...]]] = {
    # The names that each helper's tests need; ``database``: they may use it.
    "mute_signals": (
        "",
        (
            *(_MOCK, ImportNeed("threading", "Thread"), ImportNeed("django.dispatch", "Signal")),
            *(ImportNeed("asgiref.sync", "async_to_sync"), ImportNeed("contextlib", "suppress")),
        ),
    ),
    "cache_invalidator": (
        "database",
        (
            *(_MOCK, ImportNeed("django.db", "transaction"), ImportNeed("django.test", "TestCase")),
            ImportNeed("django.core.exceptions", "ImproperlyConfigured"),
        ),
    ),
    "connect_receivers": ("", (_MOCK, ImportNeed("contextlib", "ExitStack"))),
}


def ready_tests(ctx: Context, paths: Sequence[str]) -> Planned:
    """Return the tests of ``ready()``, which loads the receivers' modules at ``paths``.

    They do not depend on single handlers, so that several specs of an app can share them.
    """
    config, label = ctx.app.config, ctx.app.label
    simple = config is None or config.ready_simple or not config.has_ready
    known = {
        "import_module": _IMPORT,
        "sys": ImportNeed("sys"),
        "getsource": ImportNeed("inspect", "getsource"),
        "model_signals": ImportNeed("django.db.models", "signals", "model_signals"),
        "Signal": ImportNeed("django.dispatch", "Signal"),
        "apps": ImportNeed("django.apps", "apps"),
    }
    hidden = _ways_to(ctx, module_of(ctx, paths[0]))
    inside = len(ctx.app.name) + 1
    names = list(dict.fromkeys(name[inside:].partition(".")[0] for name in hidden))
    ready = f'apps.get_app_config("{label}").ready'
    if not simple:
        listed = ", ".join(f'"{name}"' for name in names)
        code = f'assert "{names[0]}" in getsource({ready})'
        if len(names) > 1:
            code = f"source = getsource({ready})\nassert any(name in source for name in ({listed}))"
        return _ready([("test_ready_loads_the_receivers", "The hook exists.", code)], known)
    gone = ", ".join(f'"{name}": None' for name in hidden)
    there = "".join(f', mock.patch.object(package, "{name}", create=True)' for name in names)
    deleted = "".join(f"    del package.{name}\n" for name in names)
    code = (
        f'package = import_module("{ctx.app.name}")\n'
        f"gone = mock.patch.dict(sys.modules, {{{gone}}})\n"
        f"with gone{there}:\n"
        f"{deleted}"
        f"    with raises(ImportError):\n"
        f"        {ready}()"
    )
    methods = [
        ("test_ready_loads_the_receivers", "ready() fails if they are missing.", code),
        ("test_second_ready_connects_nothing", _TWICE, _twice(ready)),
    ]
    return _ready(methods, known)


_TWICE = "Each receiver stays connected once."


def _twice(ready: str) -> str:
    return (
        "known = [s for s in vars(model_signals).values() if isinstance(s, Signal)]\n"
        "before = [len(signal.receivers) for signal in known]\n"
        f"{ready}()\n"
        "assert [len(signal.receivers) for signal in known] == before"
    )


def connection_tests(ctx: Context, handled: Sequence[Handled]) -> Planned:
    """Return the test that every receiver is connected once, for its sender, with its uid."""
    rows, known = list[str](), dict[str, ImportNeed]()
    for one in handled:
        companions = [item for item in one.support if isinstance(item, Remember)]
        places: list[PlannedReceiver | Remember] = [one.receiver, *companions]
        rows += [
            f"    ({signal}, {string_literal(connection.dispatch_uid)}, "
            f"{connection.lookup or 'None'}),\n"
            for place in places
            for connection in place.connections
            for signal in connection.signals
            # Celery registers a task under its own key.
            if not (connection.lookup and one.uses[0].origin.module == "celery.signals")
        ]
        known |= known_names(ctx, [one])
        for need in (need for sender in one.senders for need in sender.lookup_imports):
            known[need.bound] = need
        if companions:
            known["pre_save"] = ImportNeed("django.db.models.signals", "pre_save")
    code = (
        f"expected = [\n{''.join(dict.fromkeys(rows))}]\n"
        "for signal, uid, sender in expected:\n"
        "    connected = [entry[0] for entry in signal.receivers]\n"
        "    assert connected.count((uid, id(sender))) == 1"
    )
    suffix = own_suffix(ctx)
    return Planned(
        f"test:connections{suffix}",
        f"connections{suffix}",
        "Each receiver is connected once.",
        (("test_signals_and_senders", "Under its dispatch_uid, for its sender.", code),),
        known,
        database=False,
    )


def _ready(methods: Sequence[tuple[str, str, str]], known: Mapping[str, ImportNeed]) -> Planned:
    return Planned(
        "test:ready",
        "ready",
        "ready() loads the receivers.",
        tuple(methods),
        known=known,
        database=False,
        shared=True,
    )


def _ways_to(ctx: Context, module: str) -> list[str]:
    # The module, the packages between it and the app, and what ``ready()`` imports instead, unless
    # it has a hook of ours. Files that a run writes do not count: they do not exist in the first
    # run.
    config, app = ctx.app.config, ctx.app.name
    parts = module.removeprefix(f"{app}.").split(".")
    chain = [".".join([app, *parts[:count]]) for count in range(1, len(parts) + 1)]
    if f"hook:{module}" in ctx.owners:
        return chain
    text = (ctx.project.texts.get(config.path) or b"").decode(errors="replace") if config else ""
    targets = ctx.targets
    ours = {name for _, name in (targets.signals, targets.senders, targets.tasks, targets.tests)}
    others = [o for o in importers(ctx, module) - ours if o.startswith(f"{app}.")]
    named = [
        o for o in others if re.search(rf"\b(?:from|import).*\b{o.rpartition('.')[2]}\b", text)
    ]
    return [*chain, *sorted(set(named) - set(chain))]


def sender_tests(ctx: Context, function: SenderFunction) -> Planned:
    """Return the test of a sender function, replaced by a mock with the same signature."""
    package, _, module = ctx.targets.senders[1].rpartition(".")
    holder, known = module, {module: ImportNeed(package, module)}
    # The function imports the signal when it runs, so there is no name to replace in its module.
    if not any(need.bound == function.signal for need in function.imports):
        package, _, holder = ctx.targets.signals[1].rpartition(".")
        known[holder] = ImportNeed(package, holder)
    sent = ", ".join(f'"{name}": mock.sentinel.{name}' for name in function.arguments)
    call = f"{module}.{function.name}(**sent)"
    if function.send.startswith("a"):
        call = f"async_to_sync({module}.{function.name})(**sent)"
    name = function.signal
    code = (
        f"sent = {{{sent}}}\n"
        f'with mock.patch.object({holder}, "{name}", autospec=True) as {name}:\n'
        f"    {call}\n"
        f"{name}.{function.send}.assert_called_once_with(sender={function.sender}, **sent)"
    )
    if ctx.typed:
        code = code.replace("sent =", "sent: dict[str, Any] =", 1)
        known["Any"] = ImportNeed("typing", "Any")
    for need in function.imports:
        if need.bound == function.sender.partition(".")[0].partition("(")[0]:
            source = f"{ctx.app.name}{need.module}" if need.module.startswith(".") else need.module
            known.setdefault(need.bound, ImportNeed(source, need.name, need.alias))
    return Planned(
        f"test:{function.name}",
        function.name,
        f"{function.name}().",
        (("test_sends_the_documented_arguments", "From the documented sender.", code),),
        known=known,
        database=False,
    )


def task_tests(ctx: Context, stub: TaskStub) -> Planned | None:
    """Return the test of a task that looks up its row: a worker may run after the row is gone.

    A hand-written task may do anything: only a stub, or a task that comes with its test, is tested.
    """
    earlier = (f"test:helper.{stub.name}", f"test:later.receivers{own_suffix(ctx)}")
    keys = {f"test:{stub.name}_task", *earlier}
    new = f"task:{stub.name}" not in ctx.owners or not keys.isdisjoint(ctx.owners)
    if not stub.key or not new:
        return None
    package, _, module = ctx.targets.tasks[1].rpartition(".")
    said = ", ".join(
        "missing" if name == stub.key else f"mock.sentinel.{name}" for name in stub.arguments
    )
    call = f"{stub.name}.call" if ctx.task_backend == "django" else stub.name
    known = {module: ImportNeed(package, module), "Any": ImportNeed("typing", "Any")}
    code = (
        f"missing{': Any' if ctx.typed else ''} = None\n"
        f'with mock.patch.object({module}, "{stub.logger}") as logger:\n'
        f"    {module}.{call}({said})\n"
        "logger.info.assert_called_once()"
    )
    return Planned(
        f"test:{stub.name}_task",
        f"{stub.name}_task",
        f"The task {stub.name}.",
        (("test_a_row_that_is_gone_is_no_error", "It may be deleted by then.", code),),
        known=known,
    )


def helper_tests(ctx: Context, items: Sequence[Item]) -> Iterator[TestClass]:
    """Yield the test classes of the helpers in ``items``."""
    style = style_of_tests(ctx)
    for item in items:
        if not isinstance(item, Support) or item.template not in _HELPERS:
            continue
        database, needs = _HELPERS[item.template]
        package, _, module = ctx.targets.helpers[1].rpartition(".")
        found = {*needs, ImportNeed(package, module)}
        if style == "unittest":
            found.add(ImportNeed("django.test", "TestCase" if database else "SimpleTestCase"))
        elif item.template != "connect_receivers":
            found |= {ImportNeed("pytest"), ImportNeed("re")}
        if ctx.typed and item.template in ("connect_receivers", "mute_signals"):
            found.add(ImportNeed("typing", "Any"))
        yield TestClass(
            ctx.targets.tests[0],
            f"test:helper.{item.name}",
            class_name(item.name, style, ctx.project.testing.classes),
            ctx.spec.source,
            style,
            f"{item.name}.",
            (),
            ctx.typed,
            tuple(sorted(found)),
            database=bool(database),
            shared=True,
            body=f"{item.template}_tests",
            module=module,
            subject=item.name,
        )
