"""A sender with which the signal is never sent.

Flags
-----
An abstract model as the sender of a model signal; a string, or `settings.AUTH_USER_MODEL`, as the
sender of a signal that takes classes only; a label such as `"shop.Ordr"` of a project app that has
no such model; a model, or any other class of the project, as the sender of `pre_migrate` or
`post_migrate`.

Why it matters
--------------
The sender is compared by identity with the class of the row, and no row is of an abstract class.
Only model signals resolve a string; all others keep it as it is, and no class equals it. `migrate`
sends its signals by the AppConfig object of each app. The receiver silently never runs:
https://docs.djangoproject.com/en/stable/topics/signals/#django.dispatch.Signal.connect

Bad
---
```python
from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.db.models.signals import post_migrate, post_save
from django.dispatch import Signal, receiver

from shop.models import Base, Order

order_paid = Signal()


@receiver(post_save, sender=Base)  # SG303
def on_saved(sender, instance, **kwargs): ...


@receiver(order_paid, sender="shop.Order")  # SG303
def on_paid(sender, **kwargs): ...


@receiver(user_logged_in, sender=settings.AUTH_USER_MODEL)  # SG303
def on_login(sender, user, **kwargs): ...


@receiver(post_save, sender="shop.Ordr")  # SG303
def on_order(sender, instance, **kwargs): ...


@receiver(post_migrate, sender=Order)  # SG303
def on_migrated(sender, **kwargs): ...
```

Good
----
```python
from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.db.models.signals import post_save
from django.dispatch import Signal, receiver

from shop.models import Order

order_paid = Signal()


@receiver(post_save, sender=settings.AUTH_USER_MODEL)
def on_saved(sender, instance, **kwargs): ...


@receiver(order_paid, sender=Order)
def on_paid(sender, **kwargs): ...


@receiver(user_logged_in)
def on_login(sender, user, **kwargs): ...


@receiver(post_save, sender="shop.Order")
def on_order(sender, instance, **kwargs): ...
```

Stays silent when
-----------------
- the class or the signal is unknown: from a package, a subclass of Signal, or Celery (which
  compares strings);
- something in the project sends the signal with a sender that may be a string;
- an app config passes `self`, or the sender comes from `apps.get_app_config()`;
- the app of a label is not in the project, or the project has any class of that name.

Known misses
------------
- labels of models that packages create, and labels in variables.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from signalgen.check.engine.rule import Found, Rule
from signalgen.dotted import dotted
from signalgen.flow.connections.senders import (
    context,
    is_plain,
    literal,
    place_of,
    takes_lazy_sender,
)
from signalgen.flow.function.signature import MODEL_SIGNALS, short
from signalgen.index.memo import answered_once
from signalgen.index.models.senders import USER_CALL, USER_SETTING, sender_names
from signalgen.index.models.shapes import app_label
from signalgen.index.reading.given import argument, given
from signalgen.index.reading.resolving import find_class
from signalgen.late import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index
    from signalgen.values.index import Connection, SignalCall

_MODELS = pattern(r"(?:^|/)models(?:\.py$|/)")
_BY_APP_CONFIGS = frozenset({MODEL_SIGNALS + "pre_migrate", MODEL_SIGNALS + "post_migrate"})
_LABEL = pattern(r"\w+\.\w+")


def check(index: Index) -> Iterator[Found]:
    """Yield each sender that cannot match."""
    for item in index.connections:
        if item.sender is None:
            continue
        for signal in item.signals:
            found = _wrong(index, item, signal)
            if found is not None:
                message, hint = found
                yield Found(
                    path=item.path,
                    node=place_of(item),
                    message=message,
                    hint=hint,
                    context=context(item),
                )
                break


def _wrong(index: Index, item: Connection, signal: str) -> tuple[str, str] | None:
    """Return the message and the hint for the sender of a connection, None if it may match."""
    if takes_lazy_sender(index, signal):
        return _abstract(index, item, signal) or _label(index, item, signal)
    if is_plain(index, signal):
        return _migrated(index, item, signal) or _string(index, item, signal)
    return None


def _abstract(index: Index, item: Connection, signal: str) -> tuple[str, str] | None:
    for sender in item.senders:
        model = index.model(sender)
        if model is not None and model.abstract:
            message = f"{model.name} is abstract: {short(signal)} is never sent with it"
            return (
                message,
                (
                    "connect the models that derive from it, "
                    "or test issubclass(sender, …) in the receiver"
                ),
            )
    return None


def _label(index: Index, item: Connection, signal: str) -> tuple[str, str] | None:
    label = literal(item.sender)
    if label is None:
        return None
    if not _LABEL.fullmatch(label):
        return f'"{label}" is not a model label', 'write it as "app_label.ModelName"'
    app, _, name = label.partition(".")
    # Automatic through models have an underscore; django-simple-history makes Historical…
    if "_" in name or name.lower().startswith("historical") or index.model(label) is not None:
        return None
    if app not in _apps(index) or _is_written(index, name):
        return None
    return (
        f'there is no model "{label}": {short(signal)} is never sent with it',
        "name a model of that app",
    )


@answered_once
def _apps(index: Index) -> frozenset[str]:
    paths = (path for path in index.paths if _MODELS.search(path))
    return frozenset(app_label(index.code, path) for path in paths)


def _is_written(index: Index, name: str) -> bool:
    word = re.compile(
        rb"(?:class[ \t]+|type\(\s*[\"'])" + re.escape(name.encode()) + rb"\b", re.IGNORECASE
    )
    # In any case of letters, as labels are; ``type("Order", …)`` makes a class as well.
    return any(word.search(index.code.data(path)) for path in index.paths)


def _migrated(index: Index, item: Connection, signal: str) -> tuple[str, str] | None:
    """Return what is wrong with a class as the sender of what ``migrate`` sends."""
    # An AppConfig that gives itself goes by the name of its class.
    if signal not in _BY_APP_CONFIGS or dotted(item.sender) == "self" or not item.senders:
        return None
    # One sender of several may be right, as may one that is not known.
    if not all(_is_class(index, sender) for sender in item.senders):
        return None
    name = item.senders[0].rpartition(".")[2]
    return (
        f"{short(signal)} is sent by the object of an app's AppConfig, never by {name}",
        "connect it in ready() with sender=self",
    )


def _is_class(index: Index, sender: str) -> bool:
    known = sender == USER_CALL or index.model(sender) is not None
    return known or find_class(index.code, sender) is not None


def _string(index: Index, item: Connection, signal: str) -> tuple[str, str] | None:
    text = literal(item.sender)
    if text is None and item.senders != (USER_SETTING,):
        return None
    sends = [
        call
        for call in index.everything().signal_calls()
        if call.signal == signal and call.method != "disconnect"
    ]
    if any(_may_be_text(index, call) for call in sends):
        return None
    what = f'"{text}"' if text is not None else "settings.AUTH_USER_MODEL"
    return (
        (f"{what} is a string: {short(signal)} compares senders by identity, so it never matches"),
        "pass the class itself, or no sender",
    )


def _may_be_text(index: Index, call: SignalCall) -> bool:
    """Tell whether a send may give a string: anything but a class, ``self``, ``cls`` or None."""
    sender = argument(call.call, "sender", 0)
    if sender is None or literal(sender) is not None:
        return True
    written = dotted(sender)
    if written in ("self", "cls") or written.endswith(".__class__") or given(sender) is None:
        return False
    if isinstance(sender, ast.Call) and dotted(sender.func) == "type":
        return False
    names = sender_names(index.code, call.path, sender, call.scope)
    return not names or not all(name.rpartition(".")[2][:1].isupper() for name in names)


RULE = Rule("SG303", "abstract-or-string-sender", "error", on_project=check)
