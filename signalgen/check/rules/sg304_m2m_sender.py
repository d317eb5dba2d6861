"""A sender that does not fit many-to-many signals, or a through model with the wrong signal.

Flags
-----
As the sender of `m2m_changed`: a model of the project that is not a through model, or the field
instead of its through model. Also `pre_save`, `post_save`, `pre_delete` or `post_delete` on a
through model that Django creates itself.

Why it matters
--------------
`m2m_changed` is sent with the through model, `Order.tags.through`, and nothing else. The rows of an
automatic through model are written without save or delete signals. Neither receiver ever runs:
https://docs.djangoproject.com/en/stable/ref/signals/#m2m-changed

Bad
---
```python
from django.db.models.signals import m2m_changed, post_save
from django.dispatch import receiver

from shop.models import Order


@receiver(m2m_changed, sender=Order)  # SG304
def on_tags(sender, instance, action, **kwargs): ...


@receiver(m2m_changed, sender=Order.tags)  # SG304
def on_tags_again(sender, instance, action, **kwargs): ...


@receiver(post_save, sender=Order.tags.through)  # SG304
def on_tag_added(sender, instance, **kwargs): ...
```

Good
----
```python
from django.db.models.signals import m2m_changed, post_save
from django.dispatch import receiver

from shop.models import Order


@receiver(m2m_changed, sender=Order.tags.through)
def on_tags(sender, instance, action, **kwargs): ...
```
```python
from django.db.models.signals import m2m_changed, post_save
from django.dispatch import receiver

from shop.models import Box, Packed


@receiver(m2m_changed, sender=Packed)
def on_packed(sender, instance, action, **kwargs): ...


@receiver(post_save, sender=Box.orders.through)
def on_packed_row(sender, instance, **kwargs): ...
# file: shop/models.py
from django.db import models


class Order(models.Model): ...


class Packed(models.Model):
    order = models.ForeignKey(Order, on_delete=models.CASCADE)
    box = models.ForeignKey("Box", on_delete=models.CASCADE)


class Box(models.Model):
    orders = models.ManyToManyField(Order, through=Packed)
```

Stays silent when
-----------------
- the model is unknown, or some field of the project names it in `through=`;
- the field names a through model itself, or is of another class than `ManyToManyField`.

Known misses
------------
- the reverse side: `Tag.order_set.through`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from signalgen.check.engine.rule import Found, Rule
from signalgen.check.fixes.edits import after
from signalgen.dotted import dotted
from signalgen.flow.connections.senders import context, declaration, is_given_in_call, place_of
from signalgen.flow.function.signature import DELETE, M2M, SAVE, short
from signalgen.index.memo import answered_once
from signalgen.late import pattern
from signalgen.values.check import Fix

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index
    from signalgen.values.index import Connection, ModelInfo

# The value of a ``through=``, up to the next comma or parenthesis.
_THROUGH = pattern(rb"through\s*=([^,()]*)", re.IGNORECASE)


def check(index: Index) -> Iterator[Found]:
    """Yield each sender with which its signal is never sent."""
    for item in index.connections:
        for sender in item.senders:
            found = None
            if any(signal in M2M for signal in item.signals):
                found = _no_through(index, item, sender)
            if found is None:
                found = _automatic(index, item, sender)
            if found is not None:
                yield found
                break


def _no_through(index: Index, item: Connection, sender: str) -> Found | None:
    """Return the finding for a sender of ``m2m_changed`` that is not a through model."""
    model, field = index.model(sender), ""
    if model is None:
        owner, _, field = sender.rpartition(".")
        model = index.model(owner) if owner else None
        kind = model.field(field) if model is not None else None
        if kind is None or kind.kind != "m2m":
            return None
    if model is None or (not field and _is_through(index, model)):
        return None
    names = [one.name for one in model.fields if one.kind == "m2m"]
    wanted = f"{model.name}.{field or (names[0] if names else '<field>')}.through"
    what = f"{model.name}.{field} is a field" if field else f"{model.name} is not a through model"
    return Found(
        path=item.path,
        node=place_of(item),
        message=f"{what}: m2m_changed is sent with the through model only",
        hint=f"connect it with sender={wanted}",
        context=context(item),
        fix=_fix(index, item, field, names),
    )


def _is_through(index: Index, model: ModelInfo) -> bool:
    # ``through=`` takes a class or a label, and labels ignore case.
    word = re.compile(rb"\b" + re.escape(model.name.encode()) + rb"\b", re.IGNORECASE)
    return word.search(_through_arguments(index)) is not None


@answered_once
def _through_arguments(index: Index) -> bytes:
    paths = index.containing(b"hrough", b"HROUGH")
    found = (text for path in paths for text in _THROUGH.findall(index.code.data(path)))
    return b"\n".join(found)


def _fix(index: Index, item: Connection, field: str, names: list[str]) -> Fix | None:
    """Return the edit that names the through model, None unless it is certain which one."""
    if (
        item.sender is None
        or not is_given_in_call(item)
        or not dotted(item.sender)
        or len(item.senders) != 1
    ):
        return None
    if not field and len(names) != 1:
        return None
    if not all(signal in M2M for signal in item.signals):
        return None  # a through model sends nothing else
    tail = ".through" if field else f".{names[0]}.through"
    receiver = index.receiver_of(item.receiver) if item.receiver is not None else None
    if receiver is not None and f"{item.senders[0]}{tail}" in receiver.senders:
        return None  # that connection exists already
    return Fix("name the through model", (after(index, item.path, item.sender, tail),))


def _automatic(index: Index, item: Connection, sender: str) -> Found | None:
    """Return the finding for a save or delete signal of an automatic through model."""
    signal = next((signal for signal in item.signals if signal in SAVE | DELETE), None)
    field, _, last = sender.rpartition(".")
    owner, _, name = field.rpartition(".")
    model = index.model(owner) if signal is not None and last == "through" and owner else None
    known = model.field(name) if model is not None else None
    if signal is None or model is None or known is None or known.type != "ManyToManyField":
        return None
    call = declaration(model, name)
    if (
        call is None
        or any(word.arg in ("through", None) for word in call.keywords)
        or len(call.args) > 1
    ):
        return None
    return Found(
        path=item.path,
        node=place_of(item),
        message=f"{model.name}.{name}.through is created by Django: "
        f"{short(signal)} is never sent for its rows",
        hint="listen to m2m_changed, or write your own through model",
        context=context(item),
    )


RULE = Rule(
    "SG304",
    "m2m-sender",
    "error",
    on_project=check,
    fix="safe",
    safety="Offered if the code names the field, or the model has only one.",
)
