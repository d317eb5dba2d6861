"""The test classes of an app: for ``ready()``, each receiver and each sender function.

The entries are ``ready_tests``, ``handler_tests`` and ``sender_tests``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from signalgen.plan.names.locate import module_of
from signalgen.testplan.cases.scenario import importable, module_alias
from signalgen.testplan.cases.testcases import default_arguments
from signalgen.testplan.style import class_name, style_of_tests
from signalgen.testplan.testing import plan_cases
from signalgen.values.fragment import ImportNeed
from signalgen.values.plan import (
    ReadyTests,
    ReceiverTests,
    Remember,
    SenderFunction,
    SenderTests,
    TestCasePlan,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from signalgen.plan.context import Context
    from signalgen.plan.handlers.handler import Handled
    from signalgen.values.settings import TestStyle

_MOCK = ImportNeed("unittest", "mock")
_ASYNC_TO_SYNC = ImportNeed("asgiref.sync", "async_to_sync")


def ready_tests(ctx: Context, paths: Sequence[str]) -> ReadyTests:
    """Return the test that starts Django in a process of its own.

    It looks for the modules of the receivers, at ``paths``, and says nothing of single handlers, so
    that several specs of one app can share it.
    """
    style = style_of_tests(ctx)
    needs = {
        ImportNeed("os"),
        ImportNeed("subprocess"),
        ImportNeed("sys"),
        ImportNeed("django.conf", "settings"),
    }
    if style == "unittest":
        needs.add(ImportNeed("django.test", "SimpleTestCase"))
    config = ctx.app.config
    twice = config is None or config.ready_simple or not config.has_ready
    if twice:
        needs |= {
            ImportNeed("django.apps", "apps"),
            ImportNeed("django.db.models", "signals", "model_signals"),
            ImportNeed("django.dispatch", "Signal"),
        }
    return ReadyTests(
        ctx.targets.tests[0],
        "test:ready",
        class_name("ready", style, ctx.project.testing.classes),
        ctx.spec.source,
        style,
        tuple(dict.fromkeys(module_of(ctx, path) for path in paths)),
        ctx.app.label,
        twice,
        ctx.typed,
        tuple(sorted(needs)),
    )


def handler_tests(ctx: Context, handled: Handled) -> ReceiverTests:
    """Return the test class of one receiver."""
    style = style_of_tests(ctx)
    cases = plan_cases(ctx, handled)
    receiver = handled.receiver
    alias = module_alias(ctx)
    companions = [
        c for item in handled.support if isinstance(item, Remember) for c in item.connections
    ]
    module = ctx.targets.receivers[1]
    needs = {ImportNeed(module.rpartition(".")[0], alias)}
    needs |= {ImportNeed(use.origin.module, use.origin.name) for use in handled.uses}
    needs |= {need for sender in handled.senders for need in sender.lookup_imports}
    if companions:
        needs.add(ImportNeed("django.db.models.signals", "pre_save"))
    if cases:
        needs.add(_MOCK)
        if ctx.typed:
            needs.add(ImportNeed("typing", "Any"))
    needs |= _style_needs(style, cases)
    if receiver.is_async and cases:
        needs.add(_ASYNC_TO_SYNC)
    needs |= _named(ctx, handled, cases)
    if any(case.kind == "rollback" for case in cases):
        needs.add(ImportNeed("django.db", "transaction"))
    return ReceiverTests(
        ctx.targets.tests[0],
        f"test:{handled.handler.id}",
        class_name(receiver.name, style, ctx.project.testing.classes),
        receiver.source,
        style,
        f"Tests of {receiver.name}().",
        alias,
        receiver.name,
        receiver.is_async,
        ctx.typed,
        (*receiver.connections, *companions),
        default_arguments(handled) if cases else (),
        cases,
        tuple(sorted(needs)),
        receiver.logger,
    )


def _named(ctx: Context, handled: Handled, cases: Sequence[TestCasePlan]) -> set[ImportNeed]:
    # Imports of the names that the cases mention and do not replace by mocks.
    known = {**importable(ctx, handled), "datetime": ImportNeed("datetime", "datetime")}
    needs: set[ImportNeed] = set()
    for case in cases:
        lines = [
            *case.setup,
            *case.assertions,
            *(e.arguments or "" for e in case.expectations),
            case.raises,
        ]
        words = {word for line in lines for word in re.findall(r"(?<![\w.\"'])[A-Za-z_]\w*", line)}
        needs |= {known[word] for word in words - set(case.patches) if word in known}
    return needs


def _style_needs(style: TestStyle, cases: tuple[TestCasePlan, ...]) -> set[ImportNeed]:
    if style == "unittest":
        return {ImportNeed("django.test", "TestCase")}
    needs = {ImportNeed("pytest")} if cases else set()
    return needs | ({ImportNeed("re")} if any(case.message for case in cases) else set())


def sender_tests(ctx: Context, function: SenderFunction) -> SenderTests:
    """Return the test class of one sender function."""
    style = style_of_tests(ctx)
    module = ctx.targets.senders[1]
    needs = {ImportNeed(module.rpartition(".")[0], "senders"), _MOCK}
    holder = "senders"
    # The function imports the signal when it runs, so there is no name to replace in its module.
    if not any(need.bound == function.signal for need in function.imports):
        package, _, holder = ctx.targets.signals[1].rpartition(".")
        needs.add(ImportNeed(package, holder))
    needs |= _sender_imports(ctx, function)
    if style == "unittest":
        needs.add(ImportNeed("django.test", "SimpleTestCase"))
    if function.send.startswith("a"):
        needs.add(_ASYNC_TO_SYNC)
    return SenderTests(
        ctx.targets.tests[0],
        f"test:{function.name}",
        class_name(function.name, style, ctx.project.testing.classes),
        function.source,
        style,
        f"Tests of {function.name}().",
        function.name,
        function.signal,
        function.send,
        function.sender,
        function.arguments,
        ctx.typed,
        tuple(sorted(needs)),
        holder,
    )


def _sender_imports(ctx: Context, function: SenderFunction) -> set[ImportNeed]:
    # Absolute imports, as in all tests.
    name = function.sender.partition(".")[0].partition("(")[0]
    model = ctx.app.model(name) or next(
        (m for app in ctx.project.apps for m in app.models if m.name == name), None
    )
    if model is not None:
        return {ImportNeed(model.exported, model.name)}
    return {
        ImportNeed(
            f"{ctx.app.name}{need.module}" if need.module.startswith(".") else need.module,
            need.name,
        )
        for need in function.imports
        if need.bound == name
    }
