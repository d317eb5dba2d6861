"""Resolves a spec's model references, and how receivers, tests and hints name the class.

``resolve_sender(...)`` is the entry; ``find_model(...)`` finds the class alone.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from signalgen.dotted import derived_from
from signalgen.facts.names import CONTRIB_MODELS
from signalgen.late import dataclass
from signalgen.plan.context import (
    Context,
    absolute_module,
    did_you_mean,
    may_have,
    relative_module,
)
from signalgen.plan.names.cycles import loads_early, reaches, unwritten
from signalgen.plan.names.origins import spec_imports
from signalgen.syntax import snake_words
from signalgen.values.fragment import ImportNeed
from signalgen.values.spec import Ref

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.values.project import Model

USER = "settings.AUTH_USER_MODEL"
_USER_CLASS = "get_user_model()"
_CONTRIB_APPS = frozenset(label.partition(".")[0] for label in CONTRIB_MODELS)
_TEST_SITES = frozenset({"tests", "test", "_testsite", "testsite", "testproject"})


@dataclass(frozen=True, slots=True)
class Sender:
    """A model as sender, with its spelling in each kind of generated code.

    ``expression`` is for the receivers' module, ``lookup`` for tests, ``annotation`` for type
    hints. ``model`` is None for classes that were not found in the project's files. ``word`` is the
    word for one of its rows. ``late``: the class does not exist yet when the receiver is connected,
    so the receiver compares the sender when it runs, with the ``local`` imports. ``child``: another
    sender is its parent, for which Django sends a deletion as well. ``owner`` is the class of the
    rows if several models share the through model that sends.
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
    child: bool = False
    owner: str = ""
    local: tuple[ImportNeed, ...] = ()


def find_model(ctx: Context, ref: Ref) -> Model | None:
    """Return the project's model that ``ref`` names, or None.

    ``ref`` is a class name, ``app_label.Name`` or an import path.
    """
    name = ref.text
    if "." not in name:
        if own := ctx.app.model(name):
            return own
        found = [model for model in models_here(ctx) if model.name == name]
        return found[0] if len(found) == 1 else None
    return next(
        (
            m
            for m in models_here(ctx)
            if name in (m.label, f"{m.module}.{m.name}", f"{m.exported}.{m.name}")
        ),
        None,
    ) or _by_package(ctx, name)


def _by_package(ctx: Context, name: str) -> Model | None:
    # ``project.shop.Order``, as the key ``app`` may name the app.
    package, _, last = name.rpartition(".")
    app = next((app for app in ctx.project.apps if app.name == package), None)
    return app.model(last) if app is not None else None


def models_here(ctx: Context) -> Iterator[Model]:
    """Yield the models that the app's code may name."""
    # Library code must not import models of test sites, unless the app itself belongs to one.
    in_tests = _is_test_site(ctx.app.path)
    for app in ctx.project.apps:
        if in_tests or not _is_test_site(app.path):
            yield from app.models


def _is_test_site(path: str) -> bool:
    return not _TEST_SITES.isdisjoint(path.split("/"))


def resolve_sender(ctx: Context, ref: Ref, module: str, *, lazy: bool) -> Sender | None:
    """Return how ``module`` names the model ``ref`` as sender; None, with a report, if it cannot.

    ``lazy`` says that the signal takes ``"app.Model"`` strings, which close no import cycle.
    """
    owner, tail = derived_from(ref.text)
    if tail:
        return _derived_sender(ctx, Ref(owner, ref.mark), tail, module)
    label = contrib_label(ref.text)
    if ref.text in (USER, "AUTH_USER_MODEL") or (label == "auth.User" and user_is_stock(ctx, ref)):
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
    if label:
        return _contrib_sender(ctx, label, module)
    if ctx.future and "." not in ref.text:
        planned = _trusted_sender(ctx, ref.text, f"{ctx.app.name}.models", module)
        return _by_label(planned, f"{ctx.app.label}.{ref.text}") if lazy else planned
    if ref.text in ctx.app.unread_models:
        home = ctx.app.unread_models[ref.text]
        ctx.note(
            ref.mark,
            "unread-model",
            f"nothing in {home} shows that {ref.text} is a model: it is assumed to be one",
        )
        return _trusted_sender(ctx, ref.text, home, module)
    if lazy and ref.text.count(".") == 1 and _foreign(ctx, ref.text):
        return _foreign_sender(ref.text)
    home, _, name = ref.text.rpartition(".")
    # ``reversion.create_revision`` is an object of a package, ``shop.tasks.ring`` one of ours.
    is_object = not lazy and name[:1].islower()
    elsewhere = ("." in home or is_object) and is_elsewhere(ctx, ref.text)
    ours = home in ctx.project.modules and is_object and may_have(ctx, home, name)
    if home and (elsewhere or ours):
        return _imported_sender(ctx, home, name, module)
    unknown_model(ctx, ref)
    return None


def contrib_label(name: str) -> str:
    """Return the label of Django's own model ``name`` (name, label or path), or ""."""
    if name in CONTRIB_MODELS:
        return name
    module, _, last = name.rpartition(".")
    homes = (label for label, home in CONTRIB_MODELS.items() if home == module)
    return next((label for label in homes if label.rpartition(".")[2] == last), "")


def is_elsewhere(ctx: Context, path: str) -> bool:
    """Tell whether an import path leads out of the project, into an unread package."""
    top = path.partition(".")[0]
    own = any(name.partition(".")[0] == top for name in ctx.project.modules)
    return not own and _foreign(ctx, top)


def user_is_stock(ctx: Context, ref: Ref) -> bool:
    """Tell whether the project uses the stock user ``auth.User``.

    A project that swapped it never sends signals from it; this is reported.
    """
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
    if module == model.module:  # the class stands above the receiver
        return Sender(model.name, model.name, model.name, word, (), (test_need,), (), model)
    # A string such as ``"orders.Order"`` needs no import, so it closes no cycle.
    made = Sender(name, name, name, word, (need,), (test_need,), (need,), model)
    by_label = lazy and (model.swappable or _circular(ctx, model, module))
    return _by_label(made, model.label) if by_label else made


def _by_label(sender: Sender, label: str) -> Sender:
    hints = tuple(replace(need, type_checking=True) for need in sender.type_imports)
    return replace(sender, expression=f'"{label}"', imports=(), type_imports=hints)


def is_planned(ctx: Context, sender: Sender) -> bool:
    """Tell whether the class of ``sender`` does not exist yet."""
    return any(unwritten(ctx, need.module) for need in sender.lookup_imports)


def _name_in(ctx: Context, source: str, name: str, label: str, module: str) -> str:
    # The class's name in ``module``, otherwise its own, prefixed with its app's if taken.
    path = next((path for path, own in _targets(ctx) if own == module), "")
    origins = {**ctx.app.aliases.get(path, {}), **ctx.app.origins.get(path, {})}
    package = source.rpartition(".")[0]
    # The class's own name is preferred where the module has several for it.
    for bound, origin in sorted(origins.items(), key=lambda pair: pair[0] != name):
        if origin in (f"{source}:{name}", f"{package}:{name}"):
            return bound
    longer = "".join(part.capitalize() for part in label.split("_")) + name
    others = {_home_of(ctx, text) for text in ctx.named if text.rpartition(".")[2] == name}
    own = ctx.app.model(name)
    # A model of the app itself keeps its plain name; the one of another app gets the longer name.
    is_own = own is not None and own.exported == source
    foreign = own is not None or bool(others - {source, ""})
    taken = name in _RESERVED or name in ctx.app.names.get(path, ())
    taken = taken or _imported_else(ctx, source, name, module)
    return longer if taken or (foreign and not is_own) else name


def _home_of(ctx: Context, text: str) -> str:
    # The module that a named model is imported from; "" for one that a string names.
    model = find_model(ctx, Ref(text, ctx.spec.app.mark))
    if model is not None:
        return model.exported
    home = text.rpartition(".")[0]
    label = contrib_label(text)
    if label:
        return CONTRIB_MODELS[label]
    if not home or home in (ctx.app.label, ctx.app.name):
        return f"{ctx.app.name}.models"
    return home if "." in home else ""


def _imported_else(ctx: Context, source: str, name: str, module: str) -> bool:
    # A name that the spec's imports bind to something else stays bound to that.
    found = dict(spec_imports(ctx.spec.imports)).get(name)
    home = absolute_module(ctx, found.module, module) if found is not None else source
    same = f"{home}.".startswith(f"{source}.") or f"{source}.".startswith(f"{home}.")
    return found is not None and (not same or found.name != name)


_RESERVED = frozenset({"Any", "ContextVar", "QuerySet", "Signal", "TestCase"})
"""The names that generated modules import besides models."""


def _targets(ctx: Context) -> tuple[tuple[str, str], ...]:
    return (ctx.targets.receivers, ctx.targets.signals, ctx.targets.senders)


def _circular(ctx: Context, model: Model, module: str) -> bool:
    return reaches(ctx, model.module, module) or reaches(ctx, model.exported, module)


def in_time(ctx: Context, sender: Sender, module: str) -> Sender:
    """Return ``sender`` for a signal that takes classes only.

    If ``module`` is imported before the class exists, the receiver compares it when it runs.
    """
    planned = is_planned(ctx, sender)
    none = sender.model is None and sender.lookup != _USER_CLASS and not planned
    if none or (sender.model is not None and sender.model.module == module):
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


def _imported_sender(ctx: Context, home: str, known: str, module: str) -> Sender:
    # Classes that are not models of the project, by import path.
    name = _name_in(ctx, home, known, home.partition(".")[0], module)
    alias, own = name if name != known else "", relative_module(ctx, home, module)
    need, tests = (ImportNeed(own, known, alias),), (ImportNeed(home, known, alias),)
    return Sender(name, name, name, snake_words(known), need, tests, need)


def _derived_sender(ctx: Context, owner: Ref, tail: str, module: str) -> Sender | None:
    # ``Order.history.model``, ``Order.tags.through``: what an attribute of the class gives.
    sender = resolve_sender(ctx, owner, module, lazy=False)
    if sender is None:
        return None
    sender = in_time(ctx, sender, module)
    name = tail.split(".")[1]
    if tail.endswith(".related_model"):
        tail = f"._meta.get_field({name!r}).related_model"
    return replace(
        sender,
        expression=f"{sender.expression}{tail}",
        lookup=f"{sender.lookup}{tail}",
        annotation="Any",
        word=f"{sender.word}_{name}",
        type_imports=(ImportNeed("typing", "Any"),),
        model=None,
    )


def _trusted_sender(ctx: Context, name: str, home: str, module: str) -> Sender:
    # Accepted on the spec's word: its app has no code yet, or its bases cannot be read.
    need = (ImportNeed(relative_module(ctx, home, module), name),)
    tests = (ImportNeed(home, name),)
    return Sender(name, name, name, snake_words(name), need, tests, need)


def _foreign(ctx: Context, name: str) -> bool:
    label = name.partition(".")[0]
    return label not in _CONTRIB_APPS and all(app.label != label for app in ctx.project.apps)


def _foreign_sender(label: str) -> Sender:
    # A model of an installed package, which is not read: Django resolves the string, or its checks
    # complain.
    app_label, _, name = label.partition(".")
    needs = (), (ImportNeed("django.apps", "apps"),), (ImportNeed("typing", "Any"),)
    lookup = f'apps.get_model("{app_label}", "{name}")'
    return Sender(f'"{label}"', lookup, "Any", snake_words(name), *needs)


def unknown_model(ctx: Context, ref: Ref) -> None:
    """Report that the project has no model ``ref``, or several."""
    same_name = [model.label for model in models_here(ctx) if model.name == ref.text]
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
        else [m.label for m in models_here(ctx)]
    )
    near = _historical(ctx, ref.text) or did_you_mean(ref.text, [*names, *CONTRIB_MODELS])
    near = near or _by_label_of(ref.text)
    known = ", ".join(sorted(names)[:12]) or "none"
    ctx.problem(
        ref.mark,
        "unknown-model",
        f"no model {ref.text!r} in app {ctx.app.name!r}"
        if "." not in ref.text
        else f"no model {ref.text!r} in this project",
        near or f"models there: {known}",
    )


def _historical(ctx: Context, name: str) -> str:
    # django-simple-history makes the class; it is an attribute of the model.
    package, dot, last = name.rpartition(".")
    plain = last.removeprefix("Historical")
    model = next((m for m in models_here(ctx) if m.name == plain), None) if plain != last else None
    return f"write {package}{dot}{plain}.history.model" if model is not None else ""


def _by_label_of(name: str) -> str:
    # ``auth.models.User`` is neither label nor import path.
    label = f"{name.partition('.')[0]}.{name.rpartition('.')[2]}"
    return f"write {label}" if label in CONTRIB_MODELS and label != name else ""
