"""Which imports would close a circle, read from the project's import graph."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from signalgen.plan.context import Context


def reaches(ctx: Context, start: str, goal: str) -> bool:
    """Tell whether importing module ``start`` imports module ``goal``, directly or through others of the project.

    What this run itself will make the app's modules import counts as well: a later run would find it there.
    Importing a module imports the packages it lies in; those count only where they import something themselves.
    """
    project = ctx.project
    planned = _planned(ctx)
    seen: set[str] = set()
    waiting = [start]
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


def _planned(ctx: Context) -> dict[str, set[str]]:
    """Return the imports among the app's own generated modules: senders import signals, receivers both signals and tasks."""
    targets = ctx.targets
    specs = [spec for spec in ctx.specs if spec.app.text == ctx.spec.app.text]
    edges: dict[str, set[str]] = {}
    if any(spec.signals for spec in specs):
        edges.setdefault(targets.senders[1], set()).add(targets.signals[1])
    if any(signal.handlers for spec in specs for signal in spec.signals):
        edges.setdefault(targets.receivers[1], set()).add(targets.signals[1])
    if any(spec.handlers or any(task.app is None for task in spec.tasks) for spec in specs):
        edges.setdefault(targets.receivers[1], set()).add(targets.tasks[1])
    return edges
