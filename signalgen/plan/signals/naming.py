"""The name of an imported signal in the receivers' module. Entry: ``signal_origin``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.facts.signals import BUILTIN
from signalgen.facts.tasks import QUEUEING
from signalgen.index.memo import remembered
from signalgen.late import dataclass, pattern
from signalgen.plan.context import absolute_module
from signalgen.plan.names.freenames import means_else
from signalgen.plan.names.origins import Origin, spec_imports
from signalgen.values.fragment import ImportNeed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from signalgen.plan.context import Context
    from signalgen.values.spec import Spec

_PLAIN = frozenset({"signals", "dispatch", "db", "models", "core", "contrib"})
_QUEUED = pattern(rf"(\w+)\.(?:{'|'.join(sorted(QUEUEING))})\(")


def signal_origin(ctx: Context, origin: Origin) -> Origin:
    """Return ``origin`` with the alias that it needs in the receivers' module, if any.

    A name with another meaning there, or that other code of this run needs, would be bound to the
    last import. A module that already has the signal under another name keeps that.
    """
    path, module = ctx.targets.receivers
    if origin.module == module:
        return origin
    known = ctx.app.origins.get(path, {})
    held = [name for name, there in known.items() if there == f"{origin.module}:{origin.name}"]
    plain = ImportNeed(origin.module, origin.name)
    if not _wanted_else(ctx, origin) and not means_else(ctx, (path, module), [plain]):
        found = "" if origin.name in held or not held else min(held)
        return Origin(origin.module, origin.name, found)
    others = [name for name in held if name != origin.name]
    return Origin(origin.module, origin.name, min(others, default="") or _alias(ctx, origin))


def _alias(ctx: Context, origin: Origin) -> str:
    # By the package, then by more of its path: ``allauth_user_logged_in``.
    path, _module = ctx.targets.receivers
    parts = [part for part in origin.module.split(".") if part not in _PLAIN] or ["signals"]
    own = parts[0] in {name.partition(".")[0] for name in ctx.project.modules}
    choices = [[parts[-1] if own else parts[0]], parts]
    names = ["_".join([*choice, origin.name]) for choice in choices]
    bound = ctx.app.names.get(path, ())
    return next((name for name in names if name not in bound), f"{names[-1]}_signal")


def _wanted_else(ctx: Context, origin: Origin) -> bool:
    # Handlers, tasks and definitions of these names, other signals, the spec's own imports.
    name, module = origin.name, ctx.targets.receivers[1]
    for bound, there in spec_imports(ctx.spec.imports):
        source = absolute_module(ctx, there.module, module)
        if bound == name and there.name == name and not _near(source, origin.module):
            return True
    specs = [spec for spec in (ctx.spec, *ctx.specs) if spec.app.text == ctx.spec.app.text]
    return any(_takes(ctx, spec, origin) for spec in specs)


def _takes(ctx: Context, spec: Spec, origin: Origin) -> bool:
    name, taken = origin.name, _taken(ctx, spec)
    own = name in taken.signals and origin.module != ctx.targets.signals[1]
    if own or name in taken.names:
        return True
    if name in BUILTIN and BUILTIN[name].module == origin.module:
        return False
    return any(module != origin.module for module in taken.homes.get(name, ()))


@dataclass(frozen=True, slots=True)
class _Taken:
    """The names that a spec uses: those that it defines or queues, and its signals.

    ``homes`` has the modules of Django's signals, and of those with a path, by their names.
    """

    spec: Spec
    names: frozenset[str]
    signals: frozenset[str]
    homes: Mapping[str, set[str]]


@remembered(key=id)
def _taken(_ctx: Context, spec: Spec) -> _Taken:
    # Once for a spec, not for each of its handlers. The cached value keeps the spec alive, so that
    # no other one gets its id.
    handlers = [*spec.handlers, *(one for signal in spec.signals for one in signal.handlers)]
    named = {handler.name for handler in handlers} | {one.name for one in spec.definitions}
    named |= {task.name for task in spec.tasks}
    named |= {entry.task.text for handler in handlers for entry in handler.enqueue}
    for handler in handlers:
        for code in handler.codes().values():
            named.update(_QUEUED.findall(code.text))
    signals = frozenset(signal.name for signal in spec.signals)
    homes: dict[str, set[str]] = {}
    for ref in (ref for handler in handlers for ref in handler.signals):
        module, _, last = ref.text.rpartition(".")
        if module:
            homes.setdefault(last, set()).add(module)
        elif last in BUILTIN and last not in signals:
            homes.setdefault(last, set()).add(BUILTIN[last].module)
    return _Taken(spec, frozenset(named), signals, homes)


def _near(one: str, other: str) -> bool:
    return f"{one}.".startswith(f"{other}.") or f"{other}.".startswith(f"{one}.")
