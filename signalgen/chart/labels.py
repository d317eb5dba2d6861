"""The names that tables and pictures show: ``signal_name``, ``sender_name``, ``app_of``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.flow.connections.identity import function_key
from signalgen.flow.connections.senders import builtin
from signalgen.index.apps.finding import apps_of
from signalgen.index.memo import answered_once
from signalgen.index.models.senders import USER_CALL, USER_SETTING

if TYPE_CHECKING:
    from signalgen.index import Index
    from signalgen.values.index import Connection

ANY, UNKNOWN = "any", "unknown"
_STOCK_USER = "auth.User"
_PLAIN = "django.contrib.auth.models."


def signal_name(name: str) -> str:
    """Return the usual name of a resolved signal: Django's own without their module."""
    return name.rpartition(".")[2] if builtin(name) is not None else name


def sender_name(index: Index, sender: str) -> str:
    """Return the name of a resolved sender: ``app.Model`` for a model, else its import path."""
    model = index.model(sender)
    if model is not None:
        return model.label
    if sender in (USER_SETTING, USER_CALL):
        return index.auth_user_model() or _STOCK_USER
    return f"auth.{sender[len(_PLAIN) :]}" if sender.startswith(_PLAIN) else sender


def sender_names(index: Index, item: Connection) -> tuple[str, ...]:
    """Return every sender of a connection; its source if it is known only at run time."""
    if item.senders:
        return tuple(dict.fromkeys(sender_name(index, name) for name in item.senders))
    if item.sender is None:
        return (ANY,)
    return (f"<{' '.join(ast.unparse(item.sender).split())}>",)


def receiver_name(index: Index, item: Connection) -> str:
    """Return the dotted name of the connected function (also a package's), else its source."""
    if item.receiver is not None:
        return item.receiver.dotted
    return function_key(index, item) or item.written


@answered_once
def app_of(index: Index, path: str) -> str:
    """Return the label of the app whose package holds a file, empty outside apps."""
    apps = apps_of(index.code).found
    around = [app for app in apps if path.startswith(f"{app.path}/")]
    return max(around, key=lambda app: len(app.path)).label if around else ""
