"""What a model reference of a spec means, and how receivers, tests and hints name the class.

``resolve_sender(...)`` is the entry; ``find_model(...)`` finds the class alone.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from signalgen.facts.names import CONTRIB_MODELS
from signalgen.late import dataclass
from signalgen.plan.context import Context, did_you_mean, relative_module
from signalgen.plan.names.cycles import loads_early, reaches, unwritten
from signalgen.syntax import snake_words
from signalgen.values.fragment import ImportNeed
from signalgen.values.spec import Code, Ref

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.values.project import Model

USER = "settings.AUTH_USER_MODEL"
_USER_CLASS = "get_user_model()"
_TEST_SITES = frozenset({"tests", "test", "_testsite", "testsite", "testproject"})


@dataclass(frozen=True, slots=True)
class Sender:
    """A model as sender, with its spelling in each kind of generated code.

    ``expression`` stands in the receivers' module, ``lookup`` in tests, ``annotation`` in type
    hints. ``model`` is None for classes that the project's files do not show. ``word`` is what a
    person calls one row of it. ``late``: the class does not exist yet when the receiver is
    connected, so the receiver compares the sender when it runs, with the ``local`` imports.
    """

    expression: str
    lookup: str
    annotation: str
    word: str
    imports: tuple[ImportNeed, ...] = ()
    lookup_imports: tuple[ImportNeed, ...] = ()
    type_imports: tuple[ImportNeed, ...] = ()
    model: Model | None = None
    late: bool = False
    local: tuple[ImportNeed, ...] = ()


def find_model(ctx: Context, ref: Ref) -> Model | None:
    """Return the project's model that ``ref`` names, or None.

    ``ref`` is a class name, ``app_label.Name`` or an import path.
    """
    name = ref.text
    if "." not in name:
        own = ctx.app.model(name)
        if own:
            return own
        found = [model for model in _models(ctx) if model.name == name]
        return found[0] if len(found) == 1 else None
    return next(
        (
            m
            for m in _models(ctx)
            if name in (m.label, f"{m.module}.{m.name}", f"{m.exported}.{m.name}")
        ),
        None,
    )


def _models(ctx: Context) -> Iterator[Model]:
    # Library code must not import models of test sites, unless the app itself belongs to one.
    in_tests = _is_test_site(ctx.app.path)
    for app in ctx.project.apps:
        if in_tests or not _is_test_site(app.path):
            yield from app.models


def _is_test_site(path: str) -> bool:
    return not _TEST_SITES.isdisjoint(path.split("/"))


def resolve_sender(ctx: Context, ref: Ref, module: str, *, lazy: bool) -> Sender | None:
    """Return how ``module`` names the model ``ref`` as sender; None, reported, if it cannot.

    ``lazy`` says that the signal takes ``"app.Model"`` strings, which close no import cycle.
    """
    if ref.text in (USER, "AUTH_USER_MODEL") or (
        ref.text == "auth.User" and _user_is_stock(ctx, ref)
    ):
        return _user_sender(ctx, lazy=lazy)
    model = find_model(ctx, ref)
    if model is not None and model.abstract:
        ctx.problem(
            ref.mark,
            "abstract-sender",
            f"model {ref.text!r} is abstract: it is never the sender of a signal",
            "list the concrete models with models: [...]",
        )
        return None
    if model is not None:
        return _model_sender(ctx, model, module, lazy=lazy)
    if ref.text in CONTRIB_MODELS:
        return _contrib_sender(ctx, ref.text, module)
    if ctx.future and "." not in ref.text:
        planned = _trusted_sender(ctx, ref.text, f"{ctx.app.name}.models", module)
        return _by_label(planned, f"{ctx.app.label}.{ref.text}") if lazy else planned
    if ref.text in ctx.app.unread_models:
        home = ctx.app.unread_models[ref.text]
        ctx.note(
            ref.mark,
            "unread-model",
            f"nothing in {home} tells that {ref.text} is a model: it is taken for one",
        )
        return _trusted_sender(ctx, ref.text, home, module)
    if (
        lazy
        and "." in ref.text
        and ref.text.count(".") == 1
        and _foreign(ctx, ref.text.partition(".")[0])
    ):
        return _foreign_sender(ref.text)
    unknown_model(ctx, ref)
    return None


def model_imports(ctx: Context) -> tuple[Code, ...]:
    """Return the imports of the models that code of recipes names.

    Reports unknown models, and names that mean something else already.
    """
    out: dict[str, Code] = {}
    for ref in ctx.spec.models:
        module, _, name = ref.text.rpartition(".")
        model = find_model(ctx, ref)
        own = ctx.app.model(name)
        if ref.text == "auth.User":
            _user_is_stock(ctx, ref)
        if model is not None:
            module = model.exported
        elif ref.text in CONTRIB_MODELS:
            module = CONTRIB_MODELS[ref.text]
        elif ctx.future and module in (ctx.app.label, ctx.app.name):
            module = f"{ctx.app.name}.models"
        elif "." not in module or any(known.module == module for known in _models(ctx)):
            unknown_model(ctx, ref)
        code = Code(f"from {module} import {name}", ref.mark)
        first = out.setdefault(name, code)
        if first.text != code.text or (own is not None and model is not own):
            ctx.problem(
                ref.mark,
                "name-taken",
                f"{name!r} is the name of another model here as well",
                f"import it under another name: imports: [from {module} "
                f"import {name} as Other{name}], and write Other{name} here",
            )
    return tuple(out.values())


def _user_is_stock(ctx: Context, ref: Ref) -> bool:
    # ``auth.User`` means the stock user: a project that swapped it out never sends signals from it.
    swapped = ctx.project.auth_user_model
    if swapped in (None, "auth.User"):
        return True
    ctx.problem(
        ref.mark,
        "swapped-user",
        f"auth.User is swapped out for {swapped} in this project (AUTH_USER_MODEL)",
        f"write {USER} or {swapped}",
    )
    return True


def _user_sender(ctx: Context, *, lazy: bool) -> Sender:
    label = ctx.project.auth_user_model or "auth.User"
    model = find_model(ctx, Ref(label, ctx.spec.app.mark))
    lookup_imports = (ImportNeed("django.contrib.auth", "get_user_model"),)
    if model is not None:
        type_import = ImportNeed(model.exported, model.name, type_checking=True)
    else:
        type_import = ImportNeed("django.contrib.auth.models", "User", type_checking=True)
    return Sender(
        USER if lazy else _USER_CLASS,
        _USER_CLASS,
        type_import.name,
        "user",
        (ImportNeed("django.conf", "settings"),) if lazy else lookup_imports,
        lookup_imports,
        (type_import,),
        model,
    )


def _model_sender(ctx: Context, model: Model, module: str, *, lazy: bool) -> Sender:
    name = _name_in(ctx, model.exported, model.name, model.app_label, module)
    alias = name if name != model.name else ""
    need = ImportNeed(relative_module(ctx, model.exported, module), model.name, alias)
    test_need = ImportNeed(model.exported, model.name, alias)
    word = snake_words(model.name)
    # A string such as ``"orders.Order"`` needs no import, so it closes no cycle.
    if lazy and (model.swappable or _circular(ctx, model, module)):
        return _by_label(
            Sender(name, name, name, word, (need,), (test_need,), (need,), model), model.label
        )
    return Sender(name, name, name, word, (need,), (test_need,), (need,), model)


def _by_label(sender: Sender, label: str) -> Sender:
    hints = tuple(replace(need, type_checking=True) for need in sender.type_imports)
    return replace(sender, expression=f'"{label}"', imports=(), type_imports=hints)


def is_planned(ctx: Context, sender: Sender) -> bool:
    """Tell whether the class of ``sender`` is not written yet."""
    return any(unwritten(ctx, need.module) for need in sender.lookup_imports)


def _name_in(ctx: Context, source: str, name: str, label: str, module: str) -> str:
    # As ``module`` calls the class already, else by its name, prefixed with that of its app where
    # the name is taken.
    path = next((path for path, own in _targets(ctx) if own == module), "")
    origins = {**ctx.app.aliases.get(path, {}), **ctx.app.origins.get(path, {})}
    package = source.rpartition(".")[0]
    # The class's own name is preferred where the module has several for it.
    for bound, origin in sorted(origins.items(), key=lambda pair: pair[0] != name):
        if origin in (f"{source}:{name}", f"{package}:{name}"):
            return bound
    longer = "".join(part.capitalize() for part in label.split("_")) + name
    others = {
        found.label
        for ref in (Ref(text, ctx.spec.app.mark) for text in ctx.named)
        if ref.text.rpartition(".")[2] == name and (found := find_model(ctx, ref)) is not None
    }
    own = ctx.app.model(name)
    # A model of the app itself keeps its plain name; the one of another app gets the longer name.
    is_own = own is not None and own.exported == source
    foreign = own is not None or bool(others - {f"{label}.{name}"})
    taken = name in _RESERVED or name in ctx.app.names.get(path, ())
    return longer if taken or (foreign and not is_own) else name


_RESERVED = frozenset({"Any", "ContextVar", "QuerySet", "Signal", "TestCase"})
"""What generated modules import beside models."""


def _targets(ctx: Context) -> tuple[tuple[str, str], ...]:
    return (ctx.targets.receivers, ctx.targets.signals, ctx.targets.senders)


def _circular(ctx: Context, model: Model, module: str) -> bool:
    return reaches(ctx, model.module, module) or reaches(ctx, model.exported, module)


def in_time(ctx: Context, sender: Sender, module: str) -> Sender:
    """Return ``sender`` for a signal that takes classes only.

    Where ``module`` is imported before the class exists, it is compared when the receiver runs.
    """
    planned = is_planned(ctx, sender)
    if sender.model is None and sender.lookup != _USER_CLASS and not planned:
        return sender
    own = planned or (sender.model is not None and _circular(ctx, sender.model, module))
    if not own and not loads_early(ctx, module):
        return sender
    hints = tuple(replace(need, type_checking=True) for need in sender.type_imports)
    # ``get_user_model()`` is called in the receiver; other classes are imported there.
    if sender.lookup == _USER_CLASS:
        return replace(sender, late=True)
    return replace(sender, late=True, imports=(), local=sender.imports, type_imports=hints)


def _contrib_sender(ctx: Context, label: str, module: str) -> Sender:
    app_label, _, known = label.partition(".")
    name = _name_in(ctx, CONTRIB_MODELS[label], known, app_label, module)
    need = (ImportNeed(CONTRIB_MODELS[label], known, name if name != known else ""),)
    return Sender(name, name, name, snake_words(known), need, need, need)


def _trusted_sender(ctx: Context, name: str, home: str, module: str) -> Sender:
    # Taken for a model on the spec's word: its app is not written yet, or its bases cannot be read.
    need = (ImportNeed(relative_module(ctx, home, module), name),)
    tests = (ImportNeed(home, name),)
    return Sender(name, name, name, snake_words(name), need, tests, need)


def _foreign(ctx: Context, label: str) -> bool:
    return all(app.label != label for app in ctx.project.apps)


def _foreign_sender(label: str) -> Sender:
    # A model of an installed package, which is not read: Django resolves the string, or its checks
    # complain.
    app_label, _, name = label.partition(".")
    apps = (ImportNeed("django.apps", "apps"),)
    annotation = (ImportNeed("typing", "Any"),)
    return Sender(
        f'"{label}"',
        f'apps.get_model("{app_label}", "{name}")',
        "Any",
        snake_words(name),
        (),
        apps,
        annotation,
    )


def unknown_model(ctx: Context, ref: Ref) -> None:
    """Report that the project has no model ``ref``, or several."""
    same_name = [model.label for model in _models(ctx) if model.name == ref.text]
    if len(same_name) > 1:
        ctx.problem(
            ref.mark,
            "ambiguous-model",
            f"model {ref.text!r} exists in several apps: {', '.join(sorted(same_name))}",
            f"write the label, for example {min(same_name)}",
        )
        return
    names = (
        [model.name for model in ctx.app.models]
        if "." not in ref.text
        else [m.label for m in _models(ctx)]
    )
    near = did_you_mean(ref.text, names)
    known = ", ".join(sorted(names)[:12]) or "none"
    ctx.problem(
        ref.mark,
        "unknown-model",
        f"no model {ref.text!r} in app {ctx.app.name!r}"
        if "." not in ref.text
        else f"no model {ref.text!r} in this project",
        near or f"models there: {known}",
    )
