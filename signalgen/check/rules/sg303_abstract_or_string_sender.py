"""A sender that no signal is ever sent with.

Flags
-----
An abstract model as the sender of a model signal; a string, or `settings.AUTH_USER_MODEL`, as the
sender of a signal that takes classes only; a label such as `"shop.Ordr"` of a project app that has
no such model.

Why it matters
--------------
The sender is compared by identity with the class of the row, and no row is of an abstract class.
Only model signals resolve a string; all others keep it as it is, and no class equals it. The
receiver silently never runs:
https://docs.djangoproject.com/en/stable/topics/signals/#django.dispatch.Signal.connect

Bad
---
```python
from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.db.models.signals import post_save
from django.dispatch import Signal, receiver

from shop.models import Base

order_paid = Signal()


@receiver(post_save, sender=Base)  # SG303
def on_saved(sender, instance, **kwargs): ...


@receiver(order_paid, sender="shop.Order")  # SG303
def on_paid(sender, **kwargs): ...


@receiver(user_logged_in, sender=settings.AUTH_USER_MODEL)  # SG303
def on_login(sender, user, **kwargs): ...


@receiver(post_save, sender="shop.Ordr")  # SG303
def on_order(sender, instance, **kwargs): ...
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
- the class or the signal is unknown: of a package, of a subclass of Signal, of Celery (which
  compares strings);
- something in the project sends the signal with what may be a string;
- the app of a label is not in the project, or any class of that name is.

Known misses
------------
- labels of models that packages make, and labels in variables.
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
from signalgen.flow.function.signature import short
from signalgen.index.memo import answered_once
from signalgen.index.models.senders import USER_SETTING, sender_names
from signalgen.index.models.shapes import app_label
from signalgen.index.reading.given import argument, given
from signalgen.late import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index
    from signalgen.values.index import Connection, SignalCall

_MODELS = pattern(r"(?:^|/)models(?:\.py$|/)")
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
        return _string(index, item, signal)
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
        return f'"{label}" is no label of a model', 'write it as "app_label.ModelName"'
    app, _, name = label.partition(".")
    # Automatic through models have an underscore; django-simple-history makes Historical…
    if "_" in name or name.lower().startswith("historical") or index.model(label) is not None:
        return None
    if app not in _apps(index) or _is_written(index, name):
        return None
    return (
        f'no model is called "{label}": {short(signal)} never reaches it',
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
        (
            f"{what} is a string: "
            f"{short(signal)} compares senders by identity and never finds it equal"
        ),
        "give the class itself, or no sender",
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
