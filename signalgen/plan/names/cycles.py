"""Imports that would close a cycle, from the project's import graph. Entry: ``reaches``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from signalgen.facts.names import WELL_KNOWN

if TYPE_CHECKING:
    from collections.abc import Iterable

    from signalgen.plan.context import Context
    from signalgen.values.spec import SignalSpec


def reaches(ctx: Context, start: str, goal: str) -> bool:
    """Tell whether importing module ``start`` also imports ``goal``, directly or indirectly.

    Imports that this run will write between the app's modules count as well: a later run would find
    them there. Importing a module imports its packages; these count only if they import something
    themselves.
    """
    return _reach(ctx, [start], goal)


def loads_early(ctx: Context, module: str) -> bool:
    """Tell whether Django imports ``module`` before all models are loaded.

    That is so for everything that a models module, an app's package or its config imports.
    """
    starts = {model.module for app in ctx.project.apps for model in app.models}
    starts |= {name for app in ctx.project.apps for name in (app.name, f"{app.name}.models")}
    paths = {config.path for app in ctx.project.apps for config in app.configs}
    starts |= {name for name, path in ctx.project.modules.items() if path in paths}
    return _reach(ctx, starts - {module}, module)


def unwritten(ctx: Context, module: str) -> bool:
    """Tell whether ``module`` may not exist yet, so that no module may import it at once.

    In an app without models other modules may be missing as well. Until the next run, functions
    import from them.
    """
    if not ctx.future or module == f"{ctx.app.name}.models":
        return ctx.future
    written = (ctx.targets.signals, ctx.targets.receivers, ctx.targets.senders, ctx.targets.tasks)
    own = {name for _, name in (*written, ctx.targets.helpers)} | {f"{ctx.app.name}.services"}
    return module not in ctx.project.modules and module not in own and _top(module) not in _KNOWN


def _top(module: str) -> str:
    return module.partition(".")[0]


_KNOWN = sys.stdlib_module_names | {"", *(_top(module) for module, _ in WELL_KNOWN.values())}


def _reach(ctx: Context, starts: Iterable[str], goal: str) -> bool:
    project = ctx.project
    planned = _planned(ctx)
    seen: set[str] = set()
    waiting = list(starts)
    while waiting:
        module = waiting.pop()
        if module == goal:
            return True
        if module in seen:
            continue
        seen.add(module)
        waiting.extend(project.imports.get(module, ()))
        waiting.extend(planned.get(module, ()))
        package = module.rpartition(".")[0]
        if package in project.imports:
            waiting.append(package)
    return False


def sent_by_own(ctx: Context, signal: SignalSpec) -> bool:
    """Tell whether a model of the app sends ``signal``: its methods may call the sender function.

    The function then imports what it needs when it runs, so that the models module can import it.
    """
    home, _, name = signal.sender.text.rpartition(".") if signal.sender is not None else ("",) * 3
    model = ctx.app.model(name)
    return model is not None and home in ("", ctx.app.label, ctx.app.name, model.module)


def importers(ctx: Context, goal: str) -> frozenset[str]:
    """Return the project modules that import ``goal``, directly or indirectly."""
    above: dict[str, set[str]] = {}
    for module, targets in ctx.project.imports.items():
        for target in targets:
            parts = target.split(".")
            # Importing a module imports its packages.
            for length in range(1, len(parts) + 1):
                above.setdefault(".".join(parts[:length]), set()).add(module)
    seen: set[str] = set()
    waiting = [goal]
    while waiting:
        for module in above.get(waiting.pop(), ()):
            if module not in seen:
                seen.add(module)
                waiting.append(module)
    return frozenset(seen - {goal})


def _planned(ctx: Context) -> dict[str, set[str]]:
    # Imports that generated modules will have: senders import signals, receivers signals and tasks.
    targets = ctx.targets
    specs = [spec for spec in ctx.specs if spec.app.text == ctx.spec.app.text]
    edges: dict[str, set[str]] = {}
    if any(not sent_by_own(ctx, signal) for spec in specs for signal in spec.signals):
        edges.setdefault(targets.senders[1], set()).add(targets.signals[1])
    if any(signal.handlers for spec in specs for signal in spec.signals):
        edges.setdefault(targets.receivers[1], set()).add(targets.signals[1])
    if any(spec.handlers or any(task.app is None for task in spec.tasks) for spec in specs):
        edges.setdefault(targets.receivers[1], set()).add(targets.tasks[1])
    return edges
