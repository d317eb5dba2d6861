"""A row that a delete receiver creates for something that the same deletion removes.

Flags
-----
In a receiver of `pre_delete` or `post_delete`: `create`, `get_or_create`, `update_or_create` or a
save of a new row whose foreign key is the deleted row, or a row whose deletion removes that one.

Why it matters
--------------
Django has collected what it deletes before it sends the signals. A row that is created then stays
and points at nothing: the database refuses the deletion with an IntegrityError, or, if the deletion
started further up, each deletion of that row. The argument `origin` is the row or queryset with
which it started: https://docs.djangoproject.com/en/stable/ref/signals/#pre-delete

Bad
---
```python
from django.db.models.signals import post_delete
from django.dispatch import receiver

from shop.models import Invoice, Order


@receiver(post_delete, sender=Order)
def keep(sender, instance, **kwargs):
    Invoice.objects.create(order=instance)  # SG421
```
```python
from django.db.models.signals import post_delete
from django.dispatch import receiver

from shop.models import Invoice, Line


@receiver(post_delete, sender=Line)
def bill(sender, instance, **kwargs):
    Invoice.objects.get_or_create(order_id=instance.order_id)  # SG421
```

Good
----
```python
from django.db.models.signals import post_delete
from django.dispatch import receiver

from shop.models import Invoice, Line


@receiver(post_delete, sender=Line)
def bill(sender, instance, origin, **kwargs):
    if origin is instance:
        Invoice.objects.get_or_create(order_id=instance.order_id)
```

Stays silent when
-----------------
- the receiver looks at `origin`, or the call is in a `try` or waits for the commit;
- the foreign key has no constraint (`db_constraint=False`) or leads elsewhere;
- the receiver is connected to saves as well and tests `signal` or `created`.

Known misses
------------
- helpers, and keys that are not passed by name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.check.engine.rule import Found, Rule
from signalgen.flow.rows.departing import made_again

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index
    from signalgen.values.index import Receiver


def check(receiver: Receiver, index: Index) -> Iterator[Found]:
    """Yield the first row that is created for something being deleted."""
    function = receiver.function
    trap = next(made_again(index, receiver), None)
    if trap is not None:
        own = "." not in trap.written
        yield Found(
            path=function.path,
            node=trap.node,
            message=f"{function.name} creates a {trap.model_name} for {trap.written}, "
            + ("which is being deleted" if own else "which may be part of the same deletion"),
            hint=f"keep its values in separate fields, not in {trap.field}"
            if own
            else "test origin, the row or queryset with which the deletion started",
            severity="error" if own else None,
            context=function.qualname,
        )


RULE = Rule("SG421", "cascade-recreate", "warning", on_receiver=check, default=False)
