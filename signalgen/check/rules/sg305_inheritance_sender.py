"""A sender whose proxies or child models are saved with another sender.

Flags
-----
A model as the sender of a save, delete or init signal where the project writes proxies of it, or
has models that inherit its table: the receiver is not called for their rows.

Why it matters
--------------
The sender is exactly the class that is saved: the `save()` of a proxy or a child sends that class
and not its parent. A delete also sends each parent of a child, but not the model behind a proxy:
https://docs.djangoproject.com/en/stable/ref/signals/#django.db.models.signals.post_save

Bad
---
```python
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from shop.models import Order, OrderProxy


@receiver(post_save, sender=Order)  # SG305
def on_order(sender, instance, **kwargs): ...


@receiver(post_delete, sender=Order)  # SG305
def on_order_gone(sender, instance, **kwargs): ...


def place(number):
    return OrderProxy.objects.create(number=number)
```

Good
----
```python
from django.db.models.signals import post_save
from django.dispatch import receiver

from shop.models import Gift, Line, Order, OrderProxy


@receiver(post_save, sender=Order)
@receiver(post_save, sender=Gift)
@receiver(post_save, sender=OrderProxy)
def on_order(sender, instance, **kwargs): ...


@receiver(post_save, sender=Line)
def on_line(sender, instance, **kwargs): ...
```

Stays silent when
-----------------
- any receiver of the same signal is connected to that proxy or child;
- nothing in the project makes rows of a proxy, or gives it to a form, a serializer, a view or the
  admin: many only read;
- the function is also connected without a sender, or with an unknown one.

Known misses
------------
- children that are imported under another name, nested, or made by a call.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from signalgen.check.engine.rule import Found, Rule
from signalgen.flow.connections.senders import context, place_of
from signalgen.flow.function.signature import DELETE, MODEL_SIGNALS, SAVE, short
from signalgen.index.memo import remembered
from signalgen.index.reading.heads import heads_below

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index
    from signalgen.values.index import Connection, ModelInfo

_INIT = frozenset({MODEL_SIGNALS + "pre_init", MODEL_SIGNALS + "post_init"})
_DEEPEST = 8


def check(index: Index) -> Iterator[Found]:
    """Yield each connection that misses rows of its own model."""
    heard = {
        (signal, model.dotted)
        for item in index.connections
        for signal in item.signals
        for sender in item.senders
        if (model := index.model(sender)) is not None
    }
    for item in index.connections:
        if item.sender is None or _is_open(index, item):
            continue
        for signal in item.signals:
            missed = [
                pair
                for pair in _missed(index, item, signal)
                if (signal, pair[1].dotted) not in heard
            ]
            if missed:
                yield _found(item, signal, missed)
                break


def _is_open(index: Index, item: Connection) -> bool:
    # Without known senders, another connection of the function may hear of everything.
    receiver = index.receiver_of(item.receiver) if item.receiver is not None else None
    return receiver is not None and any(not other.senders for other in receiver.connections)


def _missed(index: Index, item: Connection, signal: str) -> Iterator[tuple[ModelInfo, ModelInfo]]:
    """Yield each sender of a connection with a model that derives from it but sends only itself."""
    if signal not in SAVE | DELETE | _INIT:
        return
    for sender in item.senders:
        model = index.model(sender)
        if model is None or model.abstract:
            continue
        for child in _below(index, model):
            # Deleting a child also deletes, and signals, its row in the parent's table.
            if signal in DELETE and _concrete(child) is not _concrete(model):
                continue
            if not child.proxy or _is_written(index, child):
                yield model, child


def _concrete(model: ModelInfo | None) -> ModelInfo | None:
    while model is not None and model.proxy:
        model = next((parent for parent in model.parents if not parent.abstract), None)
    return model


def _is_written(index: Index, proxy: ModelInfo) -> bool:
    """Tell whether the project makes rows of a proxy, or passes it to something that writes.

    A bare call is no sign: proxies also carry data from an API and are never saved.
    """
    name = re.escape(proxy.name.encode())
    # In this order: an unsaved object saved at once, a manager that creates, a form or
    # serializer (``model = Proxy``), a registration with the admin.
    writing = re.compile(
        rb"(?<![\w.])" + name + rb"\([^()]*\)\.save\("
        rb"|\b" + name + rb"\.(?:\w+\.)?(?:create|get_or_create|update_or_create|bulk_create)\("
        rb"|\bmodel\s*=\s*(?:\w+\.)*" + name + rb"\b"
        rb"|\bregister\([^()]*\b" + name + rb"\b"
    )
    return any(
        writing.search(index.code.data(path)) is not None
        for path in index.containing(proxy.name.encode())
    )


@remembered(key=lambda model, _depth=0: model.dotted, meanwhile=())
def _below(index: Index, model: ModelInfo, depth: int = 0) -> tuple[ModelInfo, ...]:
    """Return the models of the project that derive from a model, without abstract ones."""
    found: list[ModelInfo] = []
    for child in _children(index, model) if depth < _DEEPEST else ():
        found += [] if child.abstract else [child]
        found += _below(index, child, depth + 1)
    return tuple(found)


def _children(index: Index, model: ModelInfo) -> Iterator[ModelInfo]:
    name = model.name.encode()
    word = re.compile(rb"\b" + re.escape(name) + rb"\b")
    # Letters beyond ASCII are in no word of the table: the last part without any leads to it.
    last = re.findall(rb"\w+", name)[-1:]
    below = heads_below(index.code, index.paths)
    for head in below.get(last[0], ()) if last else ():
        if head.margin and word.search(head.bases):
            child = index.models.get(f"{index.code.module(head.path)}.{head.name.decode()}")
            if child is not None and any(parent.dotted == model.dotted for parent in child.parents):
                yield child


def _found(item: Connection, signal: str, missed: list[tuple[ModelInfo, ModelInfo]]) -> Found:
    names = list(dict.fromkeys(child.name for _, child in missed))
    told = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    return Found(
        path=item.path,
        node=place_of(item),
        message=f"{short(signal)} of {told} does not call {item.written}: the sender is then not "
        f"{missed[0][0].name}",
        hint="connect them as well, or connect without a sender and test isinstance(instance, …)",
        context=context(item),
    )


RULE = Rule("SG305", "inheritance-sender", "info", on_project=check)
