"""Packages of handlers, with a module for each model: ``own_module(...)`` is the entry."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from signalgen.late import dataclass, pattern
from signalgen.plan.names.references import USER, contrib_label, find_model
from signalgen.syntax import snake_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from signalgen.plan.context import Context
    from signalgen.values.project import App, Registration
    from signalgen.values.spec import HandlerSpec, Ref

_GENERAL = pattern(
    r"(?:signal_?)?(?:signals?|receivers?|handlers?|listeners?|subscribers?)|main|base|common"
    r"|general|core|misc|all"
)
_USERS = frozenset({USER, "get_user_model()"})
_STOCK = "django.contrib.auth.models.User"
_HISS = ("s", "x", "z", "ch", "sh")


@dataclass(frozen=True, slots=True)
class HandlerPackage:
    """An app's package of receiver modules; ``name`` and ``modules`` are relative to the app.

    ``by_model``: one of its modules is named after the model that it listens to. ``general`` is the
    module for receivers without a model.
    """

    name: str
    modules: tuple[str, ...]
    by_model: bool
    general: str


def package_of_handlers(app: App, home: str | None) -> HandlerPackage | None:
    """Return the handler package that contains ``home``, the receivers' module of ``app``.

    It has several modules with receivers, or one named after its model. None without such a
    package.
    """
    name, dot, _ = (home or "").rpartition(".")
    if not dot:
        return None
    modules = tuple(m for m in app.receiver_modules if m.rpartition(".")[0] == name)
    forms = _forms(app, modules)
    general = next((m for m in modules if _GENERAL.fullmatch(_last(m))), "")
    if len(modules) < 2 and not forms:
        return None
    usual = "receivers" if _last(name) != "receivers" else "general"
    return HandlerPackage(name, modules, bool(forms), general or f"{name}.{usual}")


def own_module(ctx: Context, package: HandlerPackage, handler: HandlerSpec) -> str:
    """Return the module of ``package`` for ``handler``, below the app's package.

    That is the one that already listens to its model, otherwise a new one with a name like its
    siblings'; without a model, the one that listens to its signal, otherwise the general one.
    """
    names = [_names_of(ctx, ref) for ref in _models_of(ctx, handler)]
    found = (_listening(ctx.app, package.modules, known) for known in names if known)
    if there := next((module for module in found if module), ""):
        return there
    words = [_word(ctx, ref) for ref in _models_of(ctx, handler)]
    if not words:
        signals = {ref.text for ref in handler.signals}
        return _hearing(ctx.app, package.modules, signals) or package.general
    if not package.by_model and package.general in package.modules:
        return package.general
    forms = Counter(_forms(ctx.app, package.modules)).most_common(1)
    before, many, after = forms[0][0] if forms else ("", False, "")
    return f"{package.name}.{before}{_plural(words[0]) if many else words[0]}{after}"


def loader_of(ctx: Context, module: str) -> str:
    """Return the module that loads the siblings of ``module`` (absolute); "" for none.

    That is the package's ``__init__.py``, if it imports one of them.
    """
    package = module.rpartition(".")[0]
    inside = package[len(ctx.app.name) + 1 :]
    known = ctx.project.imports.get(package, ())
    siblings = {f"{ctx.app.name}.{m}" for m in ctx.app.receiver_modules} - {module}
    own = {name for name in siblings if name.rpartition(".")[0] == package}
    return package if inside and own & set(known) else ""


def _models_of(ctx: Context, handler: HandlerSpec) -> Sequence[Ref]:
    if handler.models:
        return handler.models
    declared = (s for s in ctx.spec.signals if any(own is handler for own in s.handlers))
    return [s.sender for s in declared if s.sender is not None]


def _names_of(ctx: Context, ref: Ref) -> frozenset[str]:
    # Every way in which a registration may name the model.
    model = find_model(ctx, ref)
    label = contrib_label(ref.text)
    stock = ctx.project.auth_user_model in (None, "auth.User")
    if _means_user(ref) or (label == "auth.User" and stock):
        return _USERS | {ctx.project.auth_user_model or "auth.User", _STOCK}
    if model is None:
        return frozenset({ref.text, label} - {""})
    own = {model.label, f"{model.module}.{model.name}", f"{model.exported}.{model.name}"}
    return frozenset(own | (_USERS if model.label == ctx.project.auth_user_model else set()))


def _means_user(ref: Ref) -> bool:
    return ref.text in (*_USERS, "AUTH_USER_MODEL")


def _word(ctx: Context, ref: Ref) -> str:
    model = find_model(ctx, ref)
    name = model.name if model is not None else ref.text.rpartition(".")[2]
    return snake_words("User" if _means_user(ref) else name)


def _listening(app: App, modules: Sequence[str], names: frozenset[str]) -> str:
    def fits(item: Registration) -> bool:
        return any(f"{s}.".startswith(f"{name}.") for s in item.senders for name in names)

    return _most(app, modules, (item for item in app.registrations if fits(item)))


def _hearing(app: App, modules: Sequence[str], signals: set[str]) -> str:
    last = {_last(name) for name in signals}
    heard = (
        item
        for item in app.registrations
        if not item.senders and last & {_last(name) for name in item.signals}
    )
    return _most(app, modules, heard)


def _most(app: App, modules: Sequence[str], found: Iterator[Registration]) -> str:
    counts = Counter(_home_of(app, item) for item in found)
    best = max(modules, key=lambda module: counts[module], default="")
    return best if counts[best] else ""


def _home_of(app: App, item: Registration) -> str:
    return item.function.rpartition(".")[0].removeprefix(f"{app.name}.")


def _forms(app: App, modules: Sequence[str]) -> list[tuple[str, bool, str]]:
    """Return how modules are named after their models: prefix, plural, suffix."""
    found = []
    for module in modules:
        own = (item for item in app.registrations if _home_of(app, item) == module)
        senders = {name for item in own for name in item.senders}
        names = dict.fromkeys(_class_of(app, name) for name in sorted(senders))
        found += [form for name in names if name and (form := _form(_last(module), name))][:1]
    return found


def _class_of(app: App, sender: str) -> str:
    if sender in _USERS:
        return "User"
    known = {f"{model.module}.{model.name}": model.name for model in app.models}
    owner = next((name for path, name in known.items() if f"{sender}.".startswith(f"{path}.")), "")
    return owner or sender.rpartition(".")[2]


def _form(stem: str, model: str) -> tuple[str, bool, str] | None:
    word = snake_words(model)
    for many, spelled in ((True, _plural(word)), (False, word)):
        before, found, after = f"_{stem}_".partition(f"_{spelled}_")
        if found:
            return (f"{before}_".removeprefix("_"), many, f"_{after}".removesuffix("_"))
    return None


def _plural(word: str) -> str:
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return f"{word[:-1]}ies"
    return f"{word}es" if word.endswith(_HISS) else f"{word}s"


def _last(module: str) -> str:
    return module.rpartition(".")[2]
