"""A receiver without ``**kwargs``.

Flags
-----
A receiver whose signature has no `**kwargs`.

Why it matters
--------------
A later version of the signal may send more arguments, and the receiver then fails with a TypeError.
With DEBUG on, Django refuses to connect it:
https://docs.djangoproject.com/en/stable/topics/signals/#receiver-functions

Bad
---
```python
from django.db.models.signals import post_save
from django.dispatch import receiver

from shop.models import Order


@receiver(post_save, sender=Order)
def on_order_saved(sender, instance, created):  # SG301
    ...
```

Good
----
```python
from django.db.models.signals import post_save
from django.dispatch import receiver

from shop.models import Order


@receiver(post_save, sender=Order)
def on_order_saved(sender, instance, created, **kwargs): ...
```
```python
from django.db.models.signals import post_save
from django.dispatch import receiver

from shop.models import Order
from somewhere import takes_instance


@receiver(post_save, sender=Order)
@takes_instance
def on_order_saved(instance): ...
```

Stays silent when
-----------------
- a decorator between `@receiver` and the function may change the signature;
- the function is outside the project, or is a partial.

Known misses
------------
- none known.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.check.engine.rule import Found, Rule
from signalgen.check.fixes.edits import add_parameter
from signalgen.flow.function.signature import all_parameters, catches_all
from signalgen.flow.function.wrapping import is_wrapped
from signalgen.values.check import Fix

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index
    from signalgen.values.index import Receiver


def check(receiver: Receiver, index: Index) -> Iterator[Found]:
    """Yield the receiver if it does not accept unknown arguments."""
    function = receiver.function
    partial = any(isinstance(item.target, ast.Call) for item in receiver.connections)
    if catches_all(function) or is_wrapped(receiver) or partial:
        return
    yield Found(
        path=function.path,
        node=index.header(function),
        message=f"{function.name} has no **kwargs: a signal that sends one more argument breaks it",
        hint="add **kwargs as the last parameter",
        context=function.qualname,
        fix=_fix(receiver, index),
    )


def _fix(receiver: Receiver, index: Index) -> Fix | None:
    node = receiver.function.node
    if isinstance(node, ast.Lambda):
        return None
    typed = any(item.annotation is not None for item in all_parameters(receiver.function))
    edit = add_parameter(
        index, receiver.function.path, node, "**kwargs: object" if typed else "**kwargs"
    )
    return Fix("add **kwargs", (edit,)) if edit is not None else None


RULE = Rule(
    "SG301",
    "no-kwargs",
    "error",
    on_receiver=check,
    fix="safe",
    safety="Only adds a parameter that no caller has to pass.",
)
