"""The signals of a handler: Django's, the spec's, a project's. Entry: ``signal_uses``."""

from __future__ import annotations

from dataclasses import replace
from difflib import get_close_matches
from typing import TYPE_CHECKING

from signalgen.facts.signals import BUILTIN, BuiltinSignal, SignalArgument, arguments_for
from signalgen.facts.thirdparty import CELERY, THIRD_PARTY
from signalgen.late import dataclass
from signalgen.plan.context import Context, did_you_mean, may_have
from signalgen.plan.names.annotations import annotation_of
from signalgen.plan.names.origins import Origin
from signalgen.plan.signals.naming import signal_origin

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from signalgen.values.spec import ArgSpec, HandlerSpec, Ref, SignalSpec

_WITHOUT_REQUEST = frozenset({"channels", "daphne"})
"""Apps whose logins send ``request=None``."""
MODEL_FAMILIES = frozenset({"save", "delete", "init", "m2m"})


@dataclass(frozen=True, slots=True)
class SignalUse:
    """A signal as a handler uses it.

    ``closed`` says that ``arguments`` are complete; an unknown signal of a package is open.
    ``inside`` is the attribute path after the class that has the signal.
    """

    name: str
    origin: Origin
    family: str
    arguments: tuple[SignalArgument, ...]
    lazy: bool = False
    closed: bool = True
    catch_all: str = "kwargs"
    inside: str = ""

    @property
    def bound(self) -> str:
        """Its name in the receivers' module."""
        return f"{self.origin.alias or self.origin.name}{self.inside}"


def signal_uses(
    ctx: Context, handler: HandlerSpec, declared: SignalSpec | None
) -> tuple[SignalUse, ...]:
    """Return the signals of ``handler``; unknown ones are reported.

    ``declared`` is the custom signal that the handler belongs to.
    """
    if declared is not None:
        use = _own_signal(ctx, declared)
        return (replace(use, origin=signal_origin(ctx, use.origin)),)
    found = [_signal_use(ctx, handler, ref) for ref in handler.signals]
    return tuple(
        replace(use, origin=signal_origin(ctx, use.origin)) for use in found if use is not None
    )


def _signal_use(ctx: Context, handler: HandlerSpec, ref: Ref) -> SignalUse | None:
    own = next(
        (
            s
            for spec in ctx.specs
            if spec.app.text == ctx.spec.app.text
            for s in spec.signals
            if s.name == ref.text
        ),
        None,
    )
    if own is not None:
        return _own_signal(ctx, own)
    builtin = BUILTIN.get(ref.text.rpartition(".")[2])
    if builtin is not None and ref.text in (builtin.name, f"{builtin.module}.{builtin.name}"):
        return _builtin_use(ctx, handler, ref, builtin)
    module, _, name = ref.text.rpartition(".")
    if module and _in_project(ctx, module):
        return _project_signal(ctx, ref, module, name)
    if module:
        return _package_signal(ctx, ref, module, name)
    signal = next((s for s in ctx.app.signals if s.name == ref.text), None)
    if signal is not None:
        return SignalUse(
            signal.name, Origin(signal.module, signal.name), "custom", (), closed=False
        )
    known = [*BUILTIN, *(s.name for s in ctx.spec.signals), *(s.name for s in ctx.app.signals)]
    ctx.problem(
        ref.mark, "unknown-signal", f"no signal {ref.text!r}", did_you_mean(ref.text, known)
    )
    return None


def _package_signal(ctx: Context, ref: Ref, module: str, name: str) -> SignalUse | None:
    known = {**THIRD_PARTY, **CELERY}
    arguments = known.get(ref.text)
    if arguments is None:
        complete = any(signal.module == module for signal in BUILTIN.values())
        homes = (f"{signal.module}.{signal.name}" for signal in BUILTIN.values())
        there = [path for path in (*known, *homes) if path.rpartition(".")[0] == module]
        near = did_you_mean(ref.text, there) if complete else _slip(ref.text, there)
        if complete or near:
            ctx.problem(ref.mark, "unknown-signal", f"{module} has no signal {name!r}", near)
            return None
    return SignalUse(
        name,
        Origin(module, name),
        "custom",
        arguments or (),
        closed=arguments is not None,
        catch_all=_catch_all(arguments or ()),
    )


def _slip(name: str, known: Sequence[str]) -> str:
    # A package may have signals that are not known: only a name that is nearly the same is a
    # misspelling.
    near = get_close_matches(
        name.rpartition(".")[2], [n.rpartition(".")[2] for n in known], 1, 0.85
    )
    return f"did you mean {name.rpartition('.')[0]}.{near[0]}?" if near else ""


def _catch_all(arguments: Iterable[SignalArgument]) -> str:
    return "extra" if any(argument.name == "kwargs" for argument in arguments) else "kwargs"


def _builtin_use(ctx: Context, handler: HandlerSpec, ref: Ref, builtin: BuiltinSignal) -> SignalUse:
    if ctx.django is not None and builtin.since is not None and ctx.django < builtin.since:
        since = ".".join(map(str, builtin.since))
        target = ".".join(map(str, ctx.django))
        ctx.problem(
            ref.mark,
            "signal-too-new",
            f"{builtin.name} exists from Django {since}, this project uses {target}",
        )
    if not builtin.has_model and handler.field is not None:
        ctx.problem(
            handler.place("field"),
            "field-without-m2m",
            f"{builtin.name} has no field",
            "remove field",
        )
    return SignalUse(
        builtin.name,
        Origin(builtin.module, builtin.name),
        builtin.family,
        _arguments(builtin, ctx),
        lazy=builtin.lazy_sender,
        catch_all=builtin.catch_all,
    )


def _arguments(builtin: BuiltinSignal, ctx: Context) -> tuple[SignalArgument, ...]:
    # ``raw`` of m2m_changed is new in Django 6.1, and packages that send the signal themselves do
    # not know it. A default makes the receiver work for all of them, and where the project itself
    # leaves an argument out.
    arguments = arguments_for(builtin, ctx.django)
    short = ctx.project.left_out.get(builtin.name, frozenset())
    if builtin.family == "save":
        short |= {"update_fields"}  # django-oscar sends them without
    if builtin.family == "m2m":
        short |= {"raw"}
        if not any(argument.name == "raw" for argument in arguments):
            arguments = (*arguments, SignalArgument("raw", "bool", default="False"))
    if builtin.family == "auth" and _WITHOUT_REQUEST.intersection(ctx.project.installed_apps or ()):
        arguments = tuple(map(_maybe_none, arguments))
    return tuple(
        replace(argument, always=False) if argument.name in short else argument
        for argument in arguments
    )


def _maybe_none(argument: SignalArgument) -> SignalArgument:
    plain = argument.name == "request" and "None" not in argument.annotation
    return replace(argument, annotation=f"{argument.annotation} | None") if plain else argument


def _own_signal(ctx: Context, signal: SignalSpec) -> SignalUse:
    arguments = tuple(_declared(ctx, arg) for arg in signal.args)
    origin = Origin(ctx.targets.signals[1], signal.name)
    return SignalUse(signal.name, origin, "custom", arguments, catch_all=_catch_all(arguments))


def _declared(ctx: Context, arg: ArgSpec) -> SignalArgument:
    # A type that cannot simply be imported becomes Any.
    if not ctx.typed or arg.annotation is None:
        return SignalArgument(arg.name, arg.annotation or "Any")
    annotation, needs = annotation_of(ctx, arg, ctx.targets.receivers[1])
    if any(need.type_checking or need.alias or not need.name for need in needs):
        return SignalArgument(arg.name, "Any")
    return SignalArgument(
        arg.name, annotation, tuple(sorted((need.module, need.name) for need in needs))
    )


def _in_project(ctx: Context, module: str) -> bool:
    top = module.partition(".")[0]
    return any(name.partition(".")[0] == top for name in ctx.project.modules)


def _project_signal(ctx: Context, ref: Ref, module: str, name: str) -> SignalUse | None:
    # A class or factory may make the signal, so a module that has the name is enough.
    objects = [s for app in ctx.project.apps for s in app.signals]
    planned = [
        s.name for spec in ctx.specs for s in spec.signals if module.startswith(spec.app.text + ".")
    ]
    known = [f"{s.module}.{s.name}" for s in objects]
    if name in planned or may_have(ctx, module, name):
        return SignalUse(name, Origin(module, name), "custom", (), closed=False)
    home, _, owner = module.rpartition(".")
    if may_have(ctx, home, owner) and may_have(ctx, home, name):
        return SignalUse(name, Origin(home, owner), "custom", (), closed=False, inside=f".{name}")
    if module in ctx.project.modules:
        message = f"{module} has no signal {name!r}"
        ctx.problem(ref.mark, "unknown-signal", message, did_you_mean(ref.text, known))
        return None
    ctx.problem(
        ref.mark,
        "unknown-signal",
        f"no module {module!r} in this project",
        did_you_mean(ref.text, known),
    )
    return None


@dataclass(frozen=True, slots=True)
class SignalParameter:
    """A parameter of a receiver: name, type as source text, default if optional."""

    name: str
    annotation: str
    default: str = ""
    imports: tuple[tuple[str, str], ...] = ()


def available(uses: Sequence[SignalUse]) -> tuple[SignalParameter, ...]:
    """Return the arguments that the signals send.

    One that not every signal sends has a default.
    """
    out: dict[str, SignalParameter] = {}
    for use in uses:
        for arg in use.arguments:
            if arg.name not in out:
                always = all(_always(other, arg.name) for other in uses)
                out[arg.name] = _parameter(arg, always=always)
    return tuple(out.values())


def _always(use: SignalUse, name: str) -> bool:
    return any(arg.name == name and arg.always for arg in use.arguments)


def _parameter(arg: SignalArgument, *, always: bool) -> SignalParameter:
    annotation = arg.annotation
    if not always and arg.default == "None" and "None" not in annotation and annotation != "Any":
        annotation = f"{annotation} | None"
    return SignalParameter(arg.name, annotation, "" if always else arg.default, arg.imports)


def names_of(parameters: Iterable[SignalParameter]) -> list[str]:
    """Return the names that a body may use as arguments."""
    return ["sender", "signal", *(p.name for p in parameters)]
