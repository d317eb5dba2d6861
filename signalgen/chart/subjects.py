"""The model or signal that a name means: ``model_called``, ``signals_called``, ``is_called``."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from signalgen.errors import Problem, UsageError
from signalgen.flow.connections.senders import builtin
from signalgen.index.models.shapes import models_in

if TYPE_CHECKING:
    from signalgen.index import Index
    from signalgen.values.index import ModelInfo

_USERS = ("auth.user", "user", "django.contrib.auth.models.user")
_STOCK_LABEL = "auth.User"
_STOCK_USER = "django.contrib.auth.models.User"


def model_called(index: Index, subject: str) -> tuple[str, ModelInfo | None] | None:
    """Return the dotted name of the model ``subject``, and its class if the project has it.

    None if there is none. Raises UsageError if there are several.
    """
    models = _models(index, subject)
    if len(models) > 1:
        hint = f"write one of {', '.join(sorted(model.label for model in models))}"
        message = f"there are {len(models)} models called {subject}"
        raise UsageError([Problem("", 0, 0, "", "ambiguous", message, hint)])
    if not models and subject.lower() not in _USERS:
        return None
    name = models[0].dotted if models else index.auth_user_model() or _STOCK_USER
    return name, models[0] if models else index.model(name)


def signals_called(index: Index, subject: str) -> list[str]:
    """Return the dotted signals, not Django's own, that ``subject`` may mean."""
    signals = [
        made.dotted for made in index.signal_definitions() if is_called(made.dotted, subject)
    ]
    signals += [
        name
        for name in dict.fromkeys(one for item in index.connections for one in item.signals)
        if builtin(name) is None and is_called(name, subject) and name not in signals
    ]
    return signals


def _models(index: Index, subject: str) -> list[ModelInfo]:
    exact = index.model(subject)
    if exact is not None:
        return [exact]
    return [model for model in _all_models(index) if is_called(model.label, subject)]


def _all_models(index: Index) -> list[ModelInfo]:
    return [
        model
        for path in index.paths
        if b"class " in index.code.data(path)
        for model in models_in(index.models, path)
        if not model.abstract
    ]


def is_called(name: str, text: str) -> bool:
    """Tell whether ``text`` is a name or its last parts, ignoring case."""
    return f".{name}".lower().endswith(f".{text.lower()}")


def unknown_subject(index: Index, subject: str) -> Problem:
    """Return the problem of an unknown name, with the likely intended one."""
    names = [model.label for model in _all_models(index)]
    names += [made.dotted for made in index.signal_definitions()]
    names += [] if index.auth_user_model() else [_STOCK_LABEL]
    short = {name.rpartition(".")[2].lower(): name for name in reversed(names)}
    near = get_close_matches(subject.lower(), [name.lower() for name in names], 1)
    found = next((name for name in names if near and name.lower() == near[0]), None)
    last = get_close_matches(subject.rpartition(".")[2].lower(), list(short), 1)
    found = found or (short[last[0]] if last else None)
    hint = f"did you mean {found}?" if found else "signalgen list names the models and signals"
    message = f"there is no model and no signal {subject!r} in this project"
    return Problem("", 0, 0, "", "unknown-subject", message, hint)
