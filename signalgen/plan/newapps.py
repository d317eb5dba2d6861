"""Apps that do not exist yet: ``check_new_app(ctx)`` finds those that are misspelt names."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from signalgen.plan.context import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from signalgen.plan.context import Context
    from signalgen.values.spec import Spec

_ALIKE = 0.8


def check_new_app(ctx: Context) -> None:
    """Record a note or a problem about an app that this run would create."""
    mark, name = ctx.spec.app.mark, ctx.spec.app.text
    meant = _meant(ctx)
    if meant:
        message = f"there is no app {name!r}, and the models of this spec are in {meant!r}"
        ctx.problem(mark, "unknown-app", message, f"did you mean {meant!r}?")
        return
    near = did_you_mean(name, [app.name for app in ctx.project.apps])
    if near:
        ctx.note(mark, "new-app", f"app {name!r} does not exist yet and is created", near)
    if ctx.targets.receivers[0] in ctx.project.modules.values():
        return
    clash = ctx.project.modules.get(name)
    if clash is not None and not clash.endswith("/__init__.py"):
        message = f"{name!r} is the module {clash}, not an app package"
        ctx.problem(mark, "app-is-a-module", message, "choose another name")


def models_in(specs: Iterable[Spec]) -> Iterator[str]:
    """Yield the models that specs name, as written."""
    for spec in specs:
        for handler in (*spec.handlers, *(h for s in spec.signals for h in s.handlers)):
            yield from (model.text for model in handler.models)
        yield from (signal.sender.text for signal in spec.signals if signal.sender is not None)
        yield from (model.text for model in spec.models)


def _meant(ctx: Context) -> str:
    """Return the app with a name similar to the spec's that has all its models, or ""."""
    named = {text for text in models_in((ctx.spec,)) if "." not in text}
    apps = {app.name: app for app in ctx.project.apps}
    for name in get_close_matches(ctx.spec.app.text, sorted(apps), 1, _ALIKE):
        if named and named <= {model.name for model in apps[name].models}:
            return name
    return ""
