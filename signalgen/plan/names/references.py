"""What a model reference of a spec means: which class it is, and how receivers, tests and type hints name it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from signalgen.facts.names import CONTRIB_MODELS
from signalgen.plan.context import Context, did_you_mean, relative_module
from signalgen.plan.names.cycles import loads_early, reaches
from signalgen.syntax import snake_words
from signalgen.values.fragment import ImportNeed
from signalgen.values.spec import Ref

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.values.project import Model

USER = "settings.AUTH_USER_MODEL"
_USER_CLASS = "get_user_model()"
_TEST_SITES = frozenset({"tests", "test", "_testsite", "testsite", "testproject"})


@dataclass(frozen=True, slots=True)
class Sender:
    """A model as sender. ``expression`` stands in the receivers' module, ``lookup`` in tests, ``annotation`` in type hints.

    ``model`` is None for classes that the project's files do not show. ``word`` is what a person calls one row of it.
    ``late``: the class is not there yet when the receiver is connected, so that the receiver compares it, with the ``local`` imports.
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
    """Return the project's model that ``ref`` names: a class name, ``app_label.Name`` or an import path."""
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
    """Yield the models that library code may import: those of test sites only where the app itself belongs to one."""
    in_tests = _is_test_site(ctx.app.path)
    for app in ctx.project.apps:
        if in_tests or not _is_test_site(app.path):
            yield from app.models


def _is_test_site(path: str) -> bool:
    return not _TEST_SITES.isdisjoint(path.split("/"))


def resolve_sender(ctx: Context, ref: Ref, module: str, *, lazy: bool) -> Sender | None:
    """Return how ``module`` names the model ``ref`` as a sender, or None after reporting why it cannot be.

    ``lazy`` says that the signal takes ``"app.Model"`` strings, which close no import circle.
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
        return _contrib_sender(ref.text)
    if ctx.future and "." not in ref.text:
        return _trusted_sender(ctx, ref.text, f"{ctx.app.name}.models", module)
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
    _unknown_model(ctx, ref)
    return None


def _user_is_stock(ctx: Context, ref: Ref) -> bool:
    """``auth.User`` means the stock user; where the project swapped it out, no signal ever comes from it."""
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
    need = ImportNeed(relative_module(ctx, model.exported, module), model.name)
    test_need = ImportNeed(model.exported, model.name)
    word = snake_words(model.name)
    if lazy and (model.swappable or _circular(ctx, model, module)):
        hint = ImportNeed(need.module, need.name, type_checking=True)
        return Sender(
            f'"{model.label}"', model.name, model.name, word, (), (test_need,), (hint,), model
        )
    return Sender(model.name, model.name, model.name, word, (need,), (test_need,), (need,), model)


def _circular(ctx: Context, model: Model, module: str) -> bool:
    return reaches(ctx, model.module, module) or reaches(ctx, model.exported, module)


def in_time(ctx: Context, sender: Sender, module: str) -> Sender:
    """Return ``sender`` for a signal that takes classes only: compared when it runs where ``module`` is imported too early for it."""
    if sender.model is None and sender.lookup != _USER_CLASS:
        return sender
    own = sender.model is not None and _circular(ctx, sender.model, module)
    if not own and not loads_early(ctx, module):
        return sender
    hints = tuple(replace(need, type_checking=True) for need in sender.type_imports)
    if sender.lookup == _USER_CLASS:
        return replace(sender, late=True)
    return replace(sender, late=True, imports=(), local=sender.imports, type_imports=hints)


def _contrib_sender(label: str) -> Sender:
    module, name = CONTRIB_MODELS[label], label.partition(".")[2]
    need = (ImportNeed(module, name),)
    return Sender(name, name, name, snake_words(name), need, need, need)


def _trusted_sender(ctx: Context, name: str, home: str, module: str) -> Sender:
    """A class that is taken for a model on the spec's word: of an app that is not written yet, or with bases nobody can read."""
    need = (ImportNeed(relative_module(ctx, home, module), name),)
    tests = (ImportNeed(home, name),)
    return Sender(name, name, name, snake_words(name), need, tests, need)


def _foreign(ctx: Context, label: str) -> bool:
    return all(app.label != label for app in ctx.project.apps)


def _foreign_sender(label: str) -> Sender:
    """A model of an installed package, which signalgen does not read: Django resolves the string, or its checks complain."""
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


def _unknown_model(ctx: Context, ref: Ref) -> None:
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
