"""The helper module of an app: mute, connect, clear the cache. Entry: ``plan_helpers``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.plan.context import Context, absolute_module, relative_module
from signalgen.values.fragment import ImportNeed
from signalgen.values.plan import (
    PlannedReceiver,
    RegistrationRow,
    RegistrationTable,
    Remember,
    Support,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from signalgen.values.plan import Item
    from signalgen.values.spec import Ref

_ANY = ImportNeed("typing", "Any")
_CALLABLE = ImportNeed("collections.abc", "Callable")
_SIGNAL = ImportNeed("django.dispatch", "Signal")
_MUTE = (
    ImportNeed("contextlib", "ContextDecorator"),
    ImportNeed("contextvars", "ContextVar"),
    ImportNeed("functools", "wraps"),
    ImportNeed("inspect", "isasyncgenfunction"),
    ImportNeed("inspect", "iscoroutinefunction"),
    ImportNeed("inspect", "isgeneratorfunction"),
    ImportNeed("weakref", "WeakSet"),
)
_MUTE_TYPED = (
    _ANY,
    _CALLABLE,
    _SIGNAL,
    ImportNeed("collections.abc", "Collection"),
    ImportNeed("typing", "ClassVar"),
    ImportNeed("typing", "cast"),
)
_CACHE = (
    ImportNeed("django.core.cache", "cache"),
    ImportNeed("django.core.exceptions", "ImproperlyConfigured"),
    ImportNeed("django.db", "transaction"),
)
_FUNCTION_TYPE = (_ANY, _CALLABLE, ImportNeed("typing", "TypeVar"))


def plan_helpers(ctx: Context, items: Sequence[Item]) -> tuple[Item, ...]:
    """Return the helpers that the spec asks for.

    ``items`` are its other symbols, whose receivers the helpers connect.
    """
    out: list[Item] = []
    for helper in ctx.spec.helpers:
        if helper.text == "mute_signals":
            out += _mute_signals(ctx)
        elif helper.text == "cache_invalidator":
            needs = (*_CACHE, *((ImportNeed("collections.abc", "Iterable"),) if ctx.typed else ()))
            out.append(_support(ctx, "CacheInvalidator", "cache_invalidator", needs))
        else:
            receivers = [item for item in items if isinstance(item, PlannedReceiver | Remember)]
            _check_connecting(ctx, helper, receivers)
            out += _connecting(ctx, receivers)
    return tuple(out)


def _check_connecting(ctx: Context, helper: Ref, receivers: Sequence[Item]) -> None:
    # A list of receivers must not be empty, and an app has one such list.
    if not receivers:
        ctx.problem(
            helper.mark, "nothing-to-connect", "this spec has no receivers to connect", "remove it"
        )
    owner = ctx.owners.get(f"support:{ctx.targets.helpers[0]}:_registrations", ctx.spec.source)
    others = [
        other.source
        for other in ctx.specs
        if other.app.text == ctx.spec.app.text and any(h.text == helper.text for h in other.helpers)
    ]
    first = next((source for source in (owner, *others) if source != ctx.spec.source), "")
    if first:
        message = f"{first} asks for connect_receivers as well, and an app can have only one"
        ctx.problem(
            helper.mark, "helper-taken", message, "ask for it in the spec that has the receivers"
        )


def _support(ctx: Context, name: str, template: str, needs: tuple[ImportNeed, ...]) -> Support:
    return Support(
        ctx.targets.helpers[0], name, ctx.spec.source, template, tuple(sorted(needs)), ctx.typed
    )


def _mute_signals(ctx: Context) -> Iterator[Support]:
    if ctx.typed:
        yield _support(ctx, "_Function", "function_type", _FUNCTION_TYPE)
    yield _support(ctx, "mute_signals", "mute_signals", _MUTE + (_MUTE_TYPED if ctx.typed else ()))


def _connecting(ctx: Context, receivers: Sequence[PlannedReceiver | Remember]) -> Iterator[Item]:
    # Names from the app itself are imported when the functions run: the app's modules may import
    # the helpers.
    top: set[ImportNeed] = {_ANY, _CALLABLE, _SIGNAL} if ctx.typed else set()
    own: dict[str, set[str]] = {}
    rows = []
    for item in receivers:
        module = _module(ctx, item.path)
        package, _, name = relative_module(ctx, module, ctx.targets.helpers[1]).rpartition(".")
        own.setdefault(package or ".", set()).add(name)
        for connection, signal in ((c, signal) for c in item.connections for signal in c.signals):
            needs = _imports_of(item, (signal, connection.sender))
            for need in needs:
                source = absolute_module(ctx, need.module, module)
                if source.startswith(f"{ctx.app.name}."):
                    source = relative_module(ctx, source, ctx.targets.helpers[1])
                    own.setdefault(source, set()).add(_item(need))
                else:
                    top.add(need)
            known = signal.partition(".")[0] in {need.bound for need in needs}
            spelled = signal if known else f"{name}.{signal}"
            rows.append(
                RegistrationRow(
                    spelled, f"{name}.{item.name}", connection.sender, connection.dispatch_uid
                )
            )
    lines = tuple(
        f"from {module} import {', '.join(sorted(names))}" for module, names in sorted(own.items())
    )
    path, source = ctx.targets.helpers[0], ctx.spec.source
    yield RegistrationTable(
        path, "_registrations", source, tuple(rows), lines, tuple(sorted(top)), ctx.typed
    )
    yield _support(ctx, "connect_receivers", "connect_receivers", ())
    yield _support(ctx, "disconnect_receivers", "disconnect_receivers", ())


def _module(ctx: Context, path: str) -> str:
    known = {known: name for name, known in ctx.project.modules.items()}
    return ctx.targets.receivers[1] if path == ctx.targets.receivers[0] else known[path]


def _imports_of(item: PlannedReceiver | Remember, expressions: Sequence[str]) -> list[ImportNeed]:
    roots = {expression.partition(".")[0] for expression in expressions}
    return [need for need in item.imports if need.bound in roots and not need.type_checking]


def _item(need: ImportNeed) -> str:
    return f"{need.name} as {need.alias}" if need.alias else need.name
