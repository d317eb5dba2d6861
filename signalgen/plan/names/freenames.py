"""Where free names come from, in the order that docs/spec.md promises. Entry: ``resolve``."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from signalgen.facts.names import BUILTINS, MODULE_ATTRIBUTES, WELL_KNOWN
from signalgen.late import dataclass
from signalgen.plan.context import Context, absolute_module, did_you_mean, relative_module
from signalgen.plan.names.cycles import reaches, unwritten
from signalgen.plan.names.origins import Origin, spec_imports
from signalgen.plan.names.references import find_model
from signalgen.plan.names.unsent import other_value, unsent
from signalgen.syntax import free_names, global_names, parse_body
from signalgen.values.fragment import ImportNeed
from signalgen.values.spec import Code, Ref

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from signalgen.values.spec import DefinitionSpec, Mark

LOGGER = "logger"


_HELPERS = {
    "mute_signals": ("mute_signals",),
    "cache_invalidator": ("CacheInvalidator",),
    "connect_receivers": ("connect_receivers", "disconnect_receivers"),
}
"""The names that each helper of a spec provides."""


@dataclass(frozen=True, slots=True)
class Needs:
    """The imports that a piece of code needs.

    ``imports`` go to the top of the module, ``local`` ones into the function, because at the top
    they would close a cycle. ``logs``: the code uses the module's logger.
    """

    imports: tuple[ImportNeed, ...] = ()
    local: tuple[ImportNeed, ...] = ()
    logs: bool = False


def origin_of(ctx: Context, name: str) -> Origin | None:
    """Return where ``name`` comes from if the target module does not define it.

    The order is: the spec, the models and tasks of the project, the table of well-known names.
    """
    declared = _declared_origin(ctx, name)
    if declared is not None:
        return declared
    model = find_model(ctx, Ref(name, ctx.spec.app.mark))
    if model is not None:
        return Origin(model.exported, model.name)
    # In an app without code, the senders of the spec count as its models.
    if ctx.future and any(ref.text == name for h in ctx.spec.handlers for ref in h.models):
        return Origin(f"{ctx.app.name}.models", name)
    found = [task for task in ctx.app.tasks if task.name == name]
    if not found:
        found = [task for app in ctx.project.apps for task in app.tasks if task.name == name]
    if len({task.module for task in found}) == 1:
        return Origin(found[0].module, name)
    if name in WELL_KNOWN:
        module, attribute = WELL_KNOWN[name]
        return Origin(module, attribute, name if attribute and attribute != name else "")
    return None


def _declared_origin(ctx: Context, name: str) -> Origin | None:
    # Tasks, signals and definitions of the specs, which may not be written yet. The current spec
    # comes first; other specs of the run may declare tasks of any app.
    for spec in (ctx.spec, *ctx.specs):
        app = spec.app.text
        for task in spec.tasks:
            if task.name == name:
                return _task_origin(ctx, name, task.app or app)
        if app == ctx.spec.app.text and any(signal.name == name for signal in spec.signals):
            return Origin(ctx.targets.signals[1], name)
    if name in sender_functions(ctx):
        return Origin(ctx.targets.senders[1], name)
    if any(name in _HELPERS.get(helper.text, ()) for helper in ctx.spec.helpers):
        return Origin(ctx.targets.helpers[1], name)
    found = (definition for definition in ctx.spec.definitions if definition.name == name)
    return next((Origin(definition_place(ctx, definition)[1], name) for definition in found), None)


def sender_functions(ctx: Context) -> frozenset[str]:
    """Return the names of the sender functions that this run writes for the app's own signals."""
    specs = [spec for spec in (ctx.spec, *ctx.specs) if spec.app.text == ctx.spec.app.text]
    return frozenset(f"send_{signal.name}" for spec in specs for signal in spec.signals)


def definition_place(ctx: Context, definition: DefinitionSpec) -> tuple[str, str]:
    """Return path and module of the code that a recipe defines."""
    if definition.module == "receivers":
        return ctx.targets.receivers
    return f"{ctx.app.path}/services.py", f"{ctx.app.name}.services"


def _task_origin(ctx: Context, name: str, app_name: str) -> Origin:
    app = ctx.project.app(app_name)
    if app is None or app.name == ctx.app.name:
        # If none exists, the task goes into the module that this run writes.
        existing = next((task.module for task in ctx.app.tasks if task.name == name), None)
        return Origin(existing or ctx.targets.tasks[1] if app else f"{app_name}.tasks", name)
    existing = next((task.module for task in app.tasks if task.name == name), None)
    return Origin(existing or f"{app.name}.tasks", name)


def resolve(
    ctx: Context,
    code: Code,
    parameters: Sequence[str],
    target: tuple[str, str],
    *,
    expression: bool = False,
    stubs: frozenset[str] = frozenset(),
    heard: Sequence[str] = (),
) -> Needs:
    """Return what ``code`` needs in the module ``target``; report each unknown name.

    ``stubs`` are names called as tasks, for which the run writes stubs; ``heard`` are the signals
    of the receiver with ``code``.
    """
    declared = dict(spec_imports(ctx.spec.imports))
    bound = frozenset(ctx.app.names.get(target[0], ()))
    origins = ctx.app.origins.get(target[0], {})
    asked = stubs | {task.name for task in ctx.spec.tasks}
    top: list[ImportNeed] = []
    local: list[ImportNeed] = []
    logs = False
    for name, place in _asked(code, parameters, expression=expression):
        if name == LOGGER:
            logs = True
            _note_second_logger(ctx, code.at_byte(*place), target[0])
            continue
        if name in stubs:
            origin: Origin | None = Origin(ctx.targets.tasks[1], name)
        else:
            origin = declared.get(name) or _unasked(ctx, code, place, name)
        if origin is not None and _means_module(code.text, name):
            origin = Origin(name, "")
        if name in bound and (
            origin is None
            or _spelled(ctx, origin, target) != origins.get(name, f"{target[1]}:{name}")
        ):
            # The module's own meaning of the name comes first.
            if origin is not None and (name in declared or name in asked):
                _refuse_other(ctx, code.at_byte(*place), origin, target)
            continue
        if origin is not None:
            _add(ctx, origin, target, top, local)
        elif name not in BUILTINS:
            _report(ctx, code.at_byte(*place), name, heard, [*parameters, *declared])
    return Needs(tuple(top), tuple(local), logs)


def _unasked(ctx: Context, code: Code, place: tuple[int, int], name: str) -> Origin | None:
    found = origin_of(ctx, name)
    rows = rf"\b{name}\.objects\b"
    if found is None and name not in BUILTINS and re.search(rows, code.text):
        return _planned_model(ctx, code.at_byte(*place), name)
    return found


def _refuse_other(ctx: Context, mark: Mark, origin: Origin, target: tuple[str, str]) -> None:
    # A name that the spec imports or uses as a task is not the module's import of that name.
    path, module = target
    name = origin.alias or origin.name
    there, _, known = ctx.app.origins.get(path, {}).get(name, "").partition(":")
    source = absolute_module(ctx, origin.module, module)
    need = ImportNeed(source, origin.name, origin.alias)
    if not there or not origin.name or not means_else(ctx, target, [need]):
        return
    ctx.problem(
        mark,
        "name-taken",
        f"{name!r} is {f'{there}.{known}'.strip('.')} in {path}, not {source}.{origin.name}",
        f"import it under another name: imports: [from {source} import {origin.name} "
        f"as other_{name}], and write other_{name} here",
    )


def _planned_model(ctx: Context, mark: Mark, name: str) -> Origin | None:
    if not ctx.future:
        return None
    module = f"{ctx.app.name}.models"
    message = f"{name} is assumed to be a model that {module} will have"
    if all(note.message != message for note in ctx.notes):
        ctx.note(mark, "planned-model", message)
    return Origin(module, name)


def _spelled(ctx: Context, origin: Origin, target: tuple[str, str]) -> str:
    return f"{absolute_module(ctx, origin.module, target[1])}:{origin.name}"


def _add(
    ctx: Context,
    origin: Origin,
    target: tuple[str, str],
    top: list[ImportNeed],
    local: list[ImportNeed],
) -> None:
    source = absolute_module(ctx, origin.module, target[1])
    if source == target[1]:
        return
    need = import_need(ctx, origin, target[1])
    # The functions that send signals import their module, whether they are written yet or not.
    sending = source == ctx.targets.senders[1] and target[1] == ctx.targets.signals[1]
    circular = (
        sending
        or unwritten(ctx, source)
        or any(
            # ``from package import name`` may import the module ``package.name`` as well.
            reaches(ctx, module, target[1])
            for module in (source, f"{source}.{origin.name}")
        )
    )
    (local if circular else top).append(need)


def import_need(ctx: Context, origin: Origin, module: str) -> ImportNeed:
    """Return the import of ``origin`` as ``module`` spells it: relative inside the app."""
    if not origin.name:
        return ImportNeed(origin.module, "", origin.alias)
    source = origin.module
    if not source.startswith("."):
        source = relative_module(ctx, source, module)
    return ImportNeed(source, origin.name, origin.alias)


def logger_of(ctx: Context, path: str) -> str:
    """Return the name of the logger in the module at ``path``: its own, or the one to be added."""
    written_by_hand = LOGGER in ctx.app.names.get(path, ()) and (path, LOGGER) not in ctx.written
    return LOGGER if written_by_hand else ctx.app.loggers.get(path, LOGGER)


def _note_second_logger(ctx: Context, mark: Mark, path: str) -> None:
    own = logger_of(ctx, path)
    if own != LOGGER:
        message = (
            f"{path} calls its logger {own!r} and gets a second one for the {LOGGER!r} of this body"
        )
        ctx.note(mark, "second-logger", message, f"use {own} in the body")


def means_else(ctx: Context, file: tuple[str, str], needs: Iterable[ImportNeed]) -> bool:
    """Tell whether a name in ``needs`` means something else in ``file`` (path, module).

    Re-exports are the same thing.
    """
    path, module = file
    bound = frozenset(ctx.app.names.get(path, ()))
    origins = ctx.app.origins.get(path, {})
    aliases = ctx.app.aliases.get(path, {})
    for need in needs:
        # Aliases are assignments such as ``User = get_user_model()``: the same class under another
        # name.
        if need.bound not in bound or need.bound in aliases:
            continue
        there, _, name = origins.get(need.bound, f"{module}:").partition(":")
        # A package that re-exports a name and the module in it that defines it mean the same.
        near = f"{there}.".startswith(f"{need.module}.") or f"{need.module}.".startswith(
            f"{there}."
        )
        if name != need.name or not near:
            return True
    return False


def _asked(
    code: Code, parameters: Sequence[str], *, expression: bool
) -> list[tuple[str, tuple[int, int]]]:
    """Return the names that ``code`` needs from outside, except globals that it assigns."""
    wholly = frozenset() if expression else global_names(code.text)
    nodes = ast.walk(parse_body(code.text)) if wholly else ()
    stored = {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    free = free_names(code.text, parameters, expression=expression)
    return sorted(item for item in free.items() if item[0] not in wholly & stored)


def _report(
    ctx: Context, mark: Mark, name: str, heard: Sequence[str], known: Collection[str]
) -> None:
    said = unsent(name, heard)
    if said is not None:
        ctx.problem(mark, "unknown-argument", *said)
        return
    words = {*known, *WELL_KNOWN, *BUILTINS, LOGGER} - {name}
    words |= {task.name for app in ctx.project.apps for task in app.tasks}
    words |= {model.name for app in ctx.project.apps for model in app.models}
    words |= {task.name for task in ctx.spec.tasks} | {one.name for one in ctx.spec.signals}
    words |= sender_functions(ctx)
    near = did_you_mean(name, words)
    other = "" if near else other_value(name, known)
    hint = f"{near} or add an import, for example:" if near else "add where it comes from:"
    hint = other or f"{hint} imports: [from {_home(ctx, name)} import {name}]"
    ctx.problem(mark, "unresolved-name", f"name {name!r} is not defined here", hint)


def _home(ctx: Context, name: str) -> str:
    """Return the module of the app that has a name, among those read for generation."""
    targets = ctx.targets
    for path, module in (targets.tasks, targets.signals, targets.senders):
        if name in ctx.app.names.get(path, ()):
            return module
    return "some.module"


def _means_module(text: str, name: str) -> bool:
    # The table may hold a class ``datetime``; ``datetime.timedelta(1)`` means the module.
    attributes = MODULE_ATTRIBUTES.get(name, frozenset())
    return any(
        isinstance(node, ast.Attribute)
        and node.attr in attributes
        and isinstance(node.value, ast.Name)
        and node.value.id == name
        for node in ast.walk(parse_body(text))
    )
