"""Receivers that are disconnected for a while.

Flags
-----
- a function that disconnects a receiver and connects it again further down, but not in a `finally`;
- `post_save.receivers = […]`.

Why it matters
--------------
Signals are global: until then the receiver is disconnected for every thread of the process. If the
code in between raises, it stays disconnected until the process ends, without any notice. Replacing
the list also removes the receivers of every package, but not those that are cached for a sender:
https://docs.djangoproject.com/en/stable/topics/signals/#disconnecting-signals

Bad
---
```python
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from shop.models import Order


@receiver(post_delete, sender=Order)
def on_deleted(sender, instance, **kwargs): ...


def delete_all():
    post_delete.disconnect(on_deleted, sender=Order)  # SG115
    Order.objects.all().delete()
    post_delete.connect(on_deleted, sender=Order)


def import_rows(rows):
    post_save.receivers = []  # SG115
    for row in rows:
        row.save()
```

Good
----
```python
from contextvars import ContextVar

from django.db.models.signals import post_delete
from django.dispatch import receiver

from shop.models import Order

quiet = ContextVar("quiet", default=False)


@receiver(post_delete, sender=Order)
def on_deleted(sender, instance, **kwargs):
    if quiet.get():
        return


def delete_all():
    token = quiet.set(True)
    try:
        Order.objects.all().delete()
    finally:
        quiet.reset(token)
```

Stays silent when
-----------------
- the receiver is connected again in a `finally`, or at once;
- it is in a management command, a script (`django.setup()`), a migration or a test: nobody else
  runs there;
- the two calls name the receiver differently;
- what is assigned to `receivers` is what was there before.

Known misses
------------
- `__enter__` and `__exit__`, and loops over lists of signals.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.check.engine.rule import Found, Rule
from signalgen.flow.connections.meanwhile import paused, replaced
from signalgen.flow.function.signature import short

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index


def check(index: Index) -> Iterator[Found]:
    """Yield where receivers are disconnected for all threads."""
    for item in paused(index):
        call = item.disconnect
        yield Found(
            path=call.path,
            node=call.call,
            message=f"{item.connection.written} is disconnected for all threads, and permanently "
            f"if what follows fails",
            hint="check a ContextVar in the receiver, or at least reconnect it in a finally",
            context=call.scope.qualname if call.scope is not None else short(call.signal),
        )
    for path, node, signal, scope in replaced(index):
        yield Found(
            path=path,
            node=node,
            message=f"this removes the receivers of {short(signal)} for all threads and packages, "
            f"but not those cached for a sender",
            hint="disconnect the one receiver, or check a ContextVar in it",
            context=scope.qualname if scope is not None else short(signal),
        )


RULE = Rule("SG115", "disconnected-meanwhile", "warning", on_project=check)
