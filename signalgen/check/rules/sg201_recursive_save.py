"""A receiver that saves its own model and so calls itself.

Flags
-----
`instance.save()`, or a `create` of the sender, in a receiver of `pre_save` or `post_save` of that same model. Without any
condition around it that is an endless recursion, an error; with one it ends, if the condition is right: an info.

Why it matters
--------------
Saving sends the signal again, and the receiver runs again inside itself until Python gives up with a RecursionError:
https://docs.djangoproject.com/en/stable/ref/signals/#post-save

Bad
---
```python
from django.db.models.signals import post_save
from django.dispatch import receiver

from shop.models import Order


@receiver(post_save, sender=Order)
def number_order(sender, instance, **kwargs):
    instance.number = f"O-{instance.pk}"
    instance.save()  # SG201
```

Good
----
```python
from django.db.models.signals import post_save
from django.dispatch import receiver

from shop.models import Order


@receiver(post_save, sender=Order)
def number_order(sender, instance, **kwargs):
    Order.objects.filter(pk=instance.pk).update(number=f"O-{instance.pk}")
```
```python
from django.db.models.signals import post_save
from django.dispatch import receiver

from shop.models import Order


@receiver(post_save, sender=Order)
def number_order(sender, instance, **kwargs):
    post_save.disconnect(number_order, sender=Order)
    instance.save()
    post_save.connect(number_order, sender=Order)
```

Stays silent when
-----------------
- the receiver disconnects itself first, or saves with `raw=True`;
- the write is `QuerySet.update`, `bulk_create` or `bulk_update`, which send no signals;
- the saved object is another row of an unknown class.

Known misses
------------
- a save in a method of the instance, and one that a condition guards wrongly.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.check.guards import conditions, in_try
from signalgen.check.orm import saves_own
from signalgen.check.reach import own_calls
from signalgen.check.rule import Found, Rule
from signalgen.check.signature import SAVE, has_signal, mentions_argument, short
from signalgen.check.updating import updating_fix
from signalgen.index.walking import walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index
    from signalgen.values.index import FunctionRef, Receiver


def check(receiver: Receiver, index: Index) -> Iterator[Found]:
    """Yield the saves of a receiver's own model in its own body."""
    function = receiver.function
    if not has_signal(receiver, SAVE) or _disconnects(receiver):
        return
    for item in own_calls(index, function):
        if item.function is not function or not saves_own(index, receiver, function, item.call):
            continue
        guarded = _may_end(function, item.call) or in_try(function, item.call)
        signal = next(short(name) for name in receiver.signals if name in SAVE)
        yield Found(
            path=function.path,
            node=item.call,
            message=f"{function.name} saves its own sender in {signal}, which calls {function.name} again"
            + (", until its condition is false" if guarded else " without end"),
            hint="QuerySet.update() writes without sending the signal; or return early when there is nothing to do",
            severity="info" if guarded else "error",
            context=function.qualname,
            fix=updating_fix(index, receiver, item.call),
        )


def _may_end(function: FunctionRef, call: ast.Call) -> bool:
    """Say whether a condition decides about the save; whether fixtures are loaded does not change from save to save."""
    return any(not _is_about_fixtures(function, condition.test) for condition in conditions(function, call))


def _is_about_fixtures(function: FunctionRef, test: ast.expr) -> bool:
    if isinstance(test, ast.BoolOp):
        return all(_is_about_fixtures(function, value) for value in test.values)
    return mentions_argument(test, function, "raw")


def _disconnects(receiver: Receiver) -> bool:
    return any(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "disconnect"
        for node in walk(receiver.function.node)
    )


RULE = Rule(
    "SG201",
    "recursive-save",
    "error",
    on_receiver=check,
    fix="unsafe",
    safety="After a save the assigned fields are written by `QuerySet.update()`: no signal is sent for that, and neither the model's own `save()` nor `auto_now` takes part. Before a save an unconditional second one is left out.",
)
