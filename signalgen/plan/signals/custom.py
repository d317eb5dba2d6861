"""Custom signals: the ``Signal()`` object and its sender function. Entry: ``plan_signal``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.plan.context import Context, relative_module
from signalgen.plan.names.annotations import annotation_of
from signalgen.plan.names.cycles import reaches, sent_by_own
from signalgen.plan.names.references import is_planned, resolve_sender
from signalgen.values.fragment import ImportNeed
from signalgen.values.plan import CustomSignal, SenderFunction

if TYPE_CHECKING:
    from signalgen.values.spec import ArgSpec, SignalSpec

_SIGNAL = ImportNeed("django.dispatch", "Signal")
_RESPONSES = "list[tuple[Any, Any]]"


def plan_signal(ctx: Context, signal: SignalSpec) -> tuple[CustomSignal, SenderFunction]:
    """Return the definition and the sender function of ``signal``."""
    path, module = ctx.targets.signals
    comment = [signal.description or f"{signal.name.replace('_', ' ').capitalize()}."]
    if signal.sender is not None:
        comment.append(f"Sender: {signal.sender.text}.")
    if signal.args:
        comment.append(f"Arguments: {', '.join(_documented(arg) for arg in signal.args)}.")
    constructor = _constructor(ctx, path)
    needs = (_SIGNAL,) if constructor == _SIGNAL.name else ()
    definition = CustomSignal(
        path, signal.name, ctx.spec.source, tuple(comment), needs, constructor
    )
    return definition, _sender_function(ctx, signal, module)


def _constructor(ctx: Context, path: str) -> str:
    # Through ``django.dispatch`` where the module imports that and not the class.
    if _SIGNAL.name in ctx.app.names.get(path, ()):
        return _SIGNAL.name
    for name, origin in ctx.app.origins.get(path, {}).items():
        if origin == "django:dispatch":
            return f"{name}.{_SIGNAL.name}"
        if origin == "django.dispatch:":
            return f"{'django.dispatch' if name == 'django' else name}.{_SIGNAL.name}"
    return _SIGNAL.name


def _documented(arg: ArgSpec) -> str:
    return f"{arg.name} ({arg.annotation})" if arg.annotation else arg.name


def _sender_function(ctx: Context, signal: SignalSpec, signals_module: str) -> SenderFunction:
    path, module = ctx.targets.senders
    needs: set[ImportNeed] = set()
    local: list[str] = []
    own = ImportNeed(relative_module(ctx, signals_module, module), signal.name)
    late = sent_by_own(ctx, signal)
    if late or reaches(ctx, signals_module, module):
        local.append(own.line)
    else:
        needs.add(own)
    expression = "None"
    parameters: list[str] = []
    if signal.sender is not None:
        sender = resolve_sender(ctx, signal.sender, module, lazy=False)
        if sender is not None:
            expression = sender.expression
            circular = sender.model is not None and reaches(ctx, sender.model.exported, module)
            if late or circular or is_planned(ctx, sender):
                local += [need.line for need in sender.imports]
            else:
                needs |= set(sender.imports)
    for arg in signal.args:
        annotation, more = annotation_of(ctx, arg, module, late=late)
        needs |= more
        parameters.append(f"{arg.name}: {annotation}")
    robust = signal.send.endswith("robust")
    if robust:
        needs.add(ImportNeed("typing", "Any"))
    return SenderFunction(
        path,
        f"send_{signal.name}",
        ctx.spec.source,
        signal.name,
        signal.send,
        expression,
        tuple(arg.name for arg in signal.args),
        tuple(parameters),
        signal.description or f"Send {signal.name}.",
        tuple(sorted(needs)),
        _RESPONSES if robust else "None",
        tuple(sorted(local)),
    )
