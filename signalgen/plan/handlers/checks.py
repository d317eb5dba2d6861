"""Checks of a handler that need the project, such as field names. Entry: ``check_handler``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.dotted import dotted
from signalgen.plan.context import absolute_module, did_you_mean
from signalgen.plan.handlers.enqueuing import meaning
from signalgen.plan.names.origins import spec_imports
from signalgen.plan.names.relations import field_names
from signalgen.syntax import newer_syntax, parse_body
from signalgen.values.spec import watched

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import TypeGuard

    from signalgen.plan.context import Context
    from signalgen.plan.names.references import Sender
    from signalgen.values.project import Model
    from signalgen.values.spec import HandlerSpec, Mark, Spec


def check_handler(ctx: Context, handler: HandlerSpec, senders: Sequence[Sender]) -> None:
    """Report unknown fields, and async receivers on a Django without support for them."""
    models = [sender.model for sender in senders if sender.model is not None]
    for ref in handler.update_fields:
        _check_watched(ctx, models, ref.text, ref.mark, "update_fields")
    # Those in recipes are checked in their entries.
    for key in handler.on_change if "recipes[" not in handler.mark.path else ():
        for name in watched(key):
            _check_watched(ctx, models, name, handler.place(f"on_change.{key}"), "on_change")
            if len(watched(key)) > 1:
                _check_column(ctx, models, name, handler.place(f"on_change.{key}"))
    _check_cache(ctx, handler)
    if handler.is_async and ctx.django is not None and ctx.django < (5, 0):
        target = ".".join(map(str, ctx.django))
        ctx.problem(
            handler.place("async"),
            "async-too-old",
            f"async receivers need Django 5.0, this project uses {target}",
            "remove async",
        )


def _check_cache(ctx: Context, handler: HandlerSpec) -> None:
    # Caches of Django have no patterns; those of packages may.
    backends = sorted(ctx.project.cache_backends)
    if not backends or not all(map(_is_djangos, backends)):
        return
    if meaning(ctx, "cache", ctx.targets.receivers) != "django.core.cache.cache":
        return
    names = " or ".join(name.rpartition(".")[2] for name in backends)
    message = f"the cache of the settings ({names}) has no delete_pattern()"
    hint = "name the keys one by one, or use a cache that has it, such as django-redis"
    for code in handler.codes().values():
        # A body that checks first is fine; a recipe's patterns would have no effect.
        if "hasattr(cache," in code.text and "recipes[" not in code.mark.path:
            continue
        call = next((n for n in ast.walk(parse_body(code.text)) if _drops_patterns(n)), None)
        if call is not None:
            ctx.problem(
                code.at_byte(call.lineno, call.col_offset), "no-cache-patterns", message, hint
            )
            return


def _drops_patterns(node: ast.AST) -> TypeGuard[ast.Attribute]:
    return isinstance(node, ast.Attribute) and dotted(node) == "cache.delete_pattern"


def _is_djangos(backend: str) -> bool:
    return backend.startswith("django.core.cache.backends.")


def check_syntax(ctx: Context) -> None:
    """Report syntax too new for the oldest Python that the project supports.

    If the project does not say which that is, the running Python counts.
    """
    own = ctx.project.python_version
    spec = ctx.spec
    handlers = [*spec.handlers, *(item for signal in spec.signals for item in signal.handlers)]
    codes = [code for handler in handlers for code in handler.codes().values()]
    codes += [code for handler in handlers for code in (handler.when,) if code is not None]
    codes += [code for handler in handlers for item in handler.enqueue for code in item.args]
    for code in codes:
        for mark, version, what in newer_syntax(code, own):
            needed = ".".join(map(str, version))
            says = f"is for Python {own[0]}.{own[1]}" if own else "does not say that it has it"
            hint = (
                f'set requires-python = ">={needed}" in pyproject.toml, or write it in another way'
            )
            message = f"{what} needs Python {needed}, and the project {says}"
            ctx.problem(mark, "newer-python", message, hint)


def check_imports(ctx: Context) -> None:
    """Report imports of modules that do not exist in a package of the project.

    With such an import the project would no longer start.
    """
    modules = ctx.project.modules
    written = {where for spec in ctx.specs for where in written_modules(ctx, spec)}
    for code in ctx.spec.imports:
        for origin in dict.fromkeys(origin for _, origin in spec_imports([code])):
            module = absolute_module(ctx, origin.module, ctx.targets.receivers[1])
            package = module.rpartition(".")[0]
            # A folder without ``__init__.py`` may continue elsewhere on the path, and an app that
            # is only planned has no modules yet.
            while package and package not in modules and not _is_folder(modules, package):
                module, package = package, package.rpartition(".")[0]
            is_own = modules.get(package, "").endswith("/__init__.py")
            # Nor does a missing sibling of an app without models.
            planned = ctx.future and f"{ctx.app.name}.".startswith(f"{package}.")
            known = module in modules or module in written or _is_folder(modules, module)
            if known or not is_own or planned:
                continue
            siblings = {
                own for name in modules for own in [name.rpartition(".")] if own[0] == package
            }
            near = did_you_mean(module.rpartition(".")[2], {name for _, _, name in siblings})
            hint = near or "write it first: the project would not start without it"
            ctx.problem(code.mark, "unknown-module", f"there is no module {module}", hint)


def _is_folder(modules: Mapping[str, str], name: str) -> bool:
    return any(module.startswith(f"{name}.") for module in modules)


def written_modules(ctx: Context, spec: Spec) -> set[str]:
    """Return the modules that a run may write for ``spec``."""
    own = {
        ctx.targets.signals[1],
        ctx.targets.senders[1],
        ctx.targets.tasks[1],
        ctx.targets.helpers[1],
    }
    places = {
        f"{spec.app.text}.{name}"
        for name in ("signals", "senders", "tasks", "services", "signal_utils")
    }
    return own | places | {ctx.targets.receivers[1]}


def _check_watched(ctx: Context, models: Sequence[Model], name: str, mark: Mark, key: str) -> None:
    _check_field(ctx, models, name, mark)
    _check_relations(ctx, models, name, mark, key)


def _check_relations(
    ctx: Context, models: Sequence[Model], name: str, mark: Mark, key: str
) -> None:
    """Report a many-to-many field watched on save: it has no column that a save writes."""
    for model in models:
        field = model.field(name)
        if field is not None and field.kind == "m2m":
            ctx.problem(
                mark,
                "field-not-saved",
                f"{name} is a many-to-many field of {model.name}: no save writes it, so {key} "
                f"never runs",
                f"write a handler with signal: m2m_changed, model: {model.name}, field: {name}, "
                "and on_add, on_remove and on_clear",
            )


def _check_column(ctx: Context, models: Sequence[Model], name: str, mark: Mark) -> None:
    # ``changed`` has the names of fields: for a foreign key, which has two names, the field's own.
    plain = name.removesuffix("_id")
    fields = [field for model in models if (field := model.field(plain)) is not None]
    if plain != name and any(field.kind in ("fk", "one_to_one") for field in fields):
        message = f"{name} is the column of {plain}, and changed has names of fields"
        ctx.problem(mark, "unknown-field", message, f"write {plain}")


def _check_field(ctx: Context, models: Sequence[Model], name: str, mark: Mark) -> None:
    for model in models:
        names = field_names(model)
        if (model.complete or model.fields_known) and name not in names | {"pk", "id"}:
            known = did_you_mean(name, names) or f"its fields: {', '.join(sorted(names))}"
            ctx.problem(mark, "unknown-field", f"{model.name} has no field {name!r}", known)
