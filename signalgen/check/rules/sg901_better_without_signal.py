"""A signal between a model and code of its own app. Off unless selected.

Flags
-----
A receiver in the app of its model, if it is the only one for that save signal in the project.

Why it matters
--------------
Signals decouple pieces of code that must not depend on each other. Within one app, a method or a
function that saves and does the rest is easier to find. Validation belongs in `clean()`:
https://docs.djangoproject.com/en/stable/topics/signals/

Bad
---
```python
from django.db.models.signals import pre_save
from django.dispatch import receiver

from shop.models import Order


@receiver(pre_save, sender=Order)
def fill_number(sender, instance, **kwargs):  # SG901
    instance.number = instance.number or "new"
```

Good
----
```python
# file: shop/models.py
from django.db import models


class Order(models.Model):
    number = models.CharField(max_length=9)

    def save(self, *args, **kwargs):
        self.number = self.number or "new"
        super().save(*args, **kwargs)
```

Stays silent when
-----------------
- the model is from another app or a package, abstract, the user model, or unknown;
- the receiver is for several models or signals, or others listen to the same one;
- the signal is for deletions or many-to-many rows, for which no method is always called.

Known misses
------------
- several receivers of one app that could be one method.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.check.engine.rule import Found, Rule
from signalgen.dotted import dotted
from signalgen.flow.connections.identity import ANY, keys_of
from signalgen.flow.function.signature import SAVE, short
from signalgen.index.models.shapes import app_label
from signalgen.index.reading.resolving import resolve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index
    from signalgen.values.index import ModelInfo, Receiver

_VALIDATION = frozenset(
    {
        "django.core.exceptions.ValidationError",
        "django.forms.ValidationError",
        "django.db.IntegrityError",
    }
)


def check(index: Index) -> Iterator[Found]:
    """Yield the receivers that are alone with a model of their own app."""
    mine = [(receiver, model) for receiver in index.receivers if (model := _own(index, receiver))]
    listeners = _listeners(index.everything()) if mine else {}
    for receiver, model in mine:
        signal = receiver.signals[0]
        # A receiver for any sender listens to this model as well.
        alone = listeners.get((signal, model.dotted), set()) | listeners.get((signal, ANY), set())
        if len(alone) != 1 or _is_user(index, model):
            continue
        function = receiver.function
        hint = f"{model.name}.save(), or the code that saves it, can call it directly"
        if _validates(index, receiver):
            hint = f"validation belongs in {model.name}.clean()"
        yield Found(
            path=function.path,
            node=index.header(function),
            message=f"{function.name} may not need a signal: it is the only receiver of "
            f"{short(signal)} for {model.name}, in the same app",
            hint=hint,
            context=function.qualname,
        )


def _listeners(index: Index) -> dict[tuple[str, str], set[str]]:
    """Return the receivers of each signal and model; an unknown sender counts as any."""
    found: dict[tuple[str, str], set[str]] = {}
    for item in index.connections:
        name = item.receiver.dotted if item.receiver is not None else f"{item.path}:{item.written}"
        for signal in item.signals:
            for key in keys_of(index, item) or {ANY}:
                found.setdefault((signal, key), set()).add(name)
    return found


def _own(index: Index, receiver: Receiver) -> ModelInfo | None:
    model = _only_model(index, receiver)
    if model is None or model.abstract:
        return None
    return model if model.app_label == app_label(index.code, receiver.function.path) else None


def _only_model(index: Index, receiver: Receiver) -> ModelInfo | None:
    if (
        len(receiver.signals) != 1
        or receiver.signals[0] not in SAVE
        or len(receiver.connections) != 1
    ):
        return None
    senders = receiver.senders
    return index.model(senders[0]) if len(senders) == 1 else None


def _is_user(index: Index, model: ModelInfo) -> bool:
    return (index.auth_user_model() or "").lower() == model.label.lower()


def _validates(index: Index, receiver: Receiver) -> bool:
    function = receiver.function
    for node in ast.walk(function.node):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            name = resolve(index.code, function.path, dotted(node.exc.func), function)
            if name in _VALIDATION or name.endswith(".ValidationError"):
                return True
    return False


RULE = Rule("SG901", "better-without-signal", "info", on_project=check, default=False)
