"""The target model of a relation: ``target_of``; and the user model: ``user_name``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.facts.names import CONTRIB_MODELS
from signalgen.index.memo import answered_once
from signalgen.index.models.senders import USER_ASSIGNED, USER_CALL, USER_SETTING, sender_names
from signalgen.index.reading.resolving import find

if TYPE_CHECKING:
    from signalgen.index import Index
    from signalgen.values.index import ModelField, ModelInfo

_USER = "django.contrib.auth.models.User"
_USERS = (USER_SETTING, USER_CALL, "get_user_model()", "AUTH_USER_MODEL")


@answered_once
def user_name(index: Index) -> str:
    """Return the dotted name of the user model, empty if the settings are not known."""
    label = index.auth_user_model()
    if label is not None:
        return settled(index, label)
    told = index.containing(b"INSTALLED_APPS")
    naming = index.containing(b"AUTH_USER_MODEL")
    swapped = any(USER_ASSIGNED.search(index.code.data(path)) for path in naming)
    return _USER if told and not swapped else ""


@answered_once
def settled(index: Index, sender: str) -> str:
    """Return the dotted name of the model that a sender means, empty if unknown."""
    if sender in _USERS or sender.endswith(".AUTH_USER_MODEL"):
        return user_name(index)
    model = index.model(sender)
    if model is not None:
        return model.dotted
    home = CONTRIB_MODELS.get(sender)
    if home is not None:
        return f"{home}.{sender.partition('.')[2]}"
    return sender if _is_contrib(sender) else ""


def _is_contrib(name: str) -> bool:
    module, _, last = name.rpartition(".")
    return any(
        home == module and label.endswith(f".{last}") for label, home in CONTRIB_MODELS.items()
    )


def target_of(index: Index, owner: ModelInfo, field: ModelField) -> str:
    """Return the dotted name of the target model of a relation of ``owner``, empty if unknown.

    Names in an abstract class refer to models of the app of ``owner``.
    """
    written = (field.to or "").strip("\"'")
    if written == "self":
        return owner.dotted
    if written in _USERS or field.target.endswith(".AUTH_USER_MODEL"):
        return user_name(index)
    if not field.target:
        return ""
    if "." not in written and (found := settled(index, f"{owner.app_label}.{written}")):
        direct = index.models.get(field.target)
        return direct.dotted if direct is not None else found
    return settled(index, field.target) or _assigned(index, field.target)


def _assigned(index: Index, name: str) -> str:
    # ``User = get_user_model()`` at the top of a module.
    found = find(index.code, name)
    if found is None or found.rest or not isinstance(found.stmt, ast.Assign):
        return ""
    names = sender_names(index.code, found.path, found.stmt.value, None)
    return settled(index, names[0]) if len(names) == 1 else ""
