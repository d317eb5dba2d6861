"""The hook and package files that an app needs besides symbols. Entry: ``hooks_and_files``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from signalgen.dotted import package_of
from signalgen.plan.names.cycles import importers
from signalgen.plan.names.handlermodules import loader_of
from signalgen.plan.names.locate import beside, module_of, packages
from signalgen.plan.names.references import find_model
from signalgen.values.fragment import NewFile, ReadyHook
from signalgen.values.plan import Item, PlannedReceiver, Remember, SenderFunction, TaskStub

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from signalgen.plan.context import Context
    from signalgen.values.project import AppConfigClass


def hooks_and_files(
    ctx: Context, items: Sequence[Item], *, receives: bool
) -> tuple[tuple[ReadyHook, ...], tuple[NewFile, ...], str]:
    """Return the hook, the files to create if missing, and the AppConfig to write.

    The name of the AppConfig is "" if one exists.
    """
    paths = list(dict.fromkeys(item.path for item in items))
    receivers = {item.path for item in items if isinstance(item, PlannedReceiver)}
    files = [NewFile(path, _header(ctx, path, receives=path in receivers)) for path in paths]
    for path in paths:
        files += [NewFile(init) for init in packages(path, ctx.app, ctx.project)]
    if not receives:
        return (), tuple(dict.fromkeys(files)), ""
    config = ctx.app.config
    if config is not None:
        _note_unused(ctx, config)
        package = _package_of(ctx, config.path)
        return (
            _hooks(ctx, items, config.path, config.name, package),
            tuple(dict.fromkeys(files)),
            "",
        )
    if ctx.app.configs:
        _refuse_several(ctx)
        return (), tuple(files), ""
    path = f"{ctx.app.path}/apps.py"
    name = f"{_camel(ctx.app.label)}Config"
    files += [NewFile(init) for init in packages(path, ctx.app, ctx.project)]
    return _hooks(ctx, items, path, name, ctx.app.name), tuple(dict.fromkeys(files)), name


def _hooks(
    ctx: Context, items: Sequence[Item], path: str, name: str, package: str
) -> tuple[ReadyHook, ...]:
    # One hook for each module that holds receivers: people move them.
    places = dict.fromkeys(
        item.path for item in items if isinstance(item, PlannedReceiver | Remember)
    )
    source = ctx.spec.source
    modules = {file: module_of(ctx, file) for file in places}
    hooks = []
    for file, module in modules.items():
        above = importers(ctx, module)
        loader = loader_of(ctx, module)
        if loader and loader not in above:
            # Its siblings are loaded there, so the new one is too.
            home = ctx.project.modules[loader]
            hooks.append(ReadyHook(home, "", module, loader, source, file, relative=ctx.relative))
            above |= {loader, *importers(ctx, loader)}
        known = (above, ctx.relative, ctx.typed, not ctx.generated, ctx.typed and ctx.app.checked)
        hooks.append(ReadyHook(path, name, module, package, source, file, *known))
    return tuple(hooks)


def _package_of(ctx: Context, path: str) -> str:
    module = next((name for name, known in ctx.project.modules.items() if known == path), None)
    if module is None:
        return ctx.app.name
    return package_of(module, path)


def _refuse_several(ctx: Context) -> None:
    configs = ctx.app.configs
    own = [config.name for config in configs]
    names = ", ".join(dict.fromkeys([*own, *ctx.app.rivals]))
    message = f"app {ctx.app.name!r} has several AppConfigs ({names}) and none is the default"
    way = f"set default = True in {own[0] if len(own) == 1 else 'the one that is used'}"
    if all(config.excluded for config in configs):
        message = f"Django does not use {names} for {ctx.app.name!r}: it has default = False"
        way = "name it in INSTALLED_APPS"
    ctx.problem(
        ctx.spec.app.mark,
        "ready-hook",
        message,
        f"{way}, or add to its ready():  import {ctx.targets.receivers[1]}  # noqa: F401",
    )


def _note_unused(ctx: Context, config: AppConfigClass) -> None:
    # For the bare name of a package Django looks for the config in apps.py only.
    app, installed = ctx.app, ctx.project.installed_apps or ()
    apps = f"{app.path}/apps.py"
    modules = [name for name, path in ctx.project.modules.items() if path == config.path]
    named = any(f"{module}.{config.name}" in installed for module in modules)
    if (
        config.path == apps
        or app.name not in installed
        or named
        or config.name in app.names.get(apps, ())
    ):
        return
    ctx.note(
        ctx.spec.app.mark,
        "config-unused",
        f"Django does not use {config.name} of {config.path}, nor its ready(): "
        f"INSTALLED_APPS names {app.name!r} only",
        f'write "{min(modules, default=app.name)}.{config.name}" into INSTALLED_APPS, '
        f"or move the class to {apps}",
    )


def _camel(label: str) -> str:
    return "".join(part[:1].upper() + part[1:] for part in label.split("_"))


def _header(ctx: Context, path: str, *, receives: bool) -> str:
    label = ctx.app.label
    usual = f"Signal receivers of {label}."
    tests = f"Tests of the signal receivers of {label}."
    words = {
        ctx.targets.tests[0]: tests,
        beside(ctx.targets.tests)[0]: tests,
        ctx.targets.tasks[0]: f"Background tasks of {label}.",
        ctx.targets.senders[0]: f"Functions that send the signals of {label}.",
        ctx.targets.helpers[0]: f"Helpers for the signals of {label}.",
        ctx.targets.signals[0]: f"Signals of {label}.",
        f"{ctx.app.path}/services.py": f"Bulk operations of {label}.",
        ctx.targets.receivers[0]: usual,
    }
    return f'"""{words.get(path, usual)}"""\n' if path in words or receives else ""


def missing_models(ctx: Context, items: Sequence[Item]) -> Iterator[str]:
    """Yield the models of the app that ``items`` of its spec need and that do not exist yet.

    Until they do, they are imported where they are used.
    """
    if not ctx.future:
        return
    for ref in (ref for handler in ctx.spec.handlers for ref in handler.models):
        if "." not in ref.text and find_model(ctx, ref) is None:
            yield ref.text
    for item in items:
        if isinstance(item, PlannedReceiver | SenderFunction):
            for line in item.local_imports:
                _, module, _, name = line.split()[:4]
                if module in (".models", f"{ctx.app.name}.models"):
                    yield name


def must_wait(ctx: Context, items: Sequence[Item]) -> bool:
    """Tell whether ``ready()`` must not load the receivers yet: they name missing models."""
    return bool(ctx.app.installed) and any(True for _ in missing_models(ctx, items))


def next_steps(contexts: Sequence[Context], items: Sequence[Item]) -> Iterator[str]:
    """Yield what is left for the user to do."""
    ctx = contexts[0]
    app = ctx.app
    names = sorted({name for c in contexts for name in missing_models(c, items)})
    command = "signal" if ctx.spec.source.startswith("signal:") else "new"
    again = f"then run signalgen {command} again: it writes the tests"
    absent = app.installed is False or not (app.exists or app.installed)
    if names:
        yield f"write the models {', '.join(names)} in {app.path}/models.py"
        yield f"{again}, and ready() loads the receivers" if app.installed else again
    if absent:
        yield f'add "{app.name}" to INSTALLED_APPS'
    if absent and not names:
        yield again
    stubs = [
        item
        for item in items
        if isinstance(item, TaskStub) and f"task:{item.name}" not in ctx.generated
    ]
    if stubs:
        yield f"fill in the task stubs in {stubs[0].path}: {', '.join(stub.name for stub in stubs)}"
        if ctx.task_backend == "celery" and "celery" not in (ctx.project.task_libraries or ()):
            yield f"install celery if the project lacks it: {stubs[0].path} imports it"
    routes = {
        f"{ctx.targets.tasks[1]}.{stub.name}": {"queue": stub.queue} for stub in stubs if stub.queue
    }
    if routes:
        yield f"add to Celery's setting task_routes: {json.dumps(routes)}"
    senders = [
        item
        for item in items
        if isinstance(item, SenderFunction) and f"sender:{item.signal}" not in ctx.generated
    ]
    for sender in senders:
        yield f"call {sender.name}() from {ctx.targets.senders[1]} where {sender.signal} happens"
