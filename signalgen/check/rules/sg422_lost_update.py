"""A field of another row that is read, changed and saved.

Flags
-----
`row.n += 1`, `row.n = row.n + 1` or `row.n = max(0, row.n - 1)`, and a `save()` of that row, in a
receiver; not of the instance itself.

Why it matters
--------------
Two such saves at the same time read the same number and store the same result: one change is lost.
With `F()` the database counts, and with `select_for_update()` the second save waits. A save without
`update_fields` also resets all other columns of the row to what they were when it was read:
https://docs.djangoproject.com/en/stable/ref/models/expressions/#avoiding-race-conditions-using-f

Bad
---
```python
from django.db.models.signals import post_save
from django.dispatch import receiver

from shop.models import Line


@receiver(post_save, sender=Line)
def count(sender, instance, created, **kwargs):
    if created:
        instance.order.size += 1  # SG422
        instance.order.save()
# file: shop/models.py
from django.db import models


class Order(models.Model):
    size = models.IntegerField(default=0)


class Line(models.Model):
    order = models.ForeignKey(Order, on_delete=models.CASCADE)
```

Good
----
```python
from django.db.models import F
from django.db.models.signals import post_save
from django.dispatch import receiver

from shop.models import Line, Order


@receiver(post_save, sender=Line)
def count(sender, instance, created, using, **kwargs):
    if created:
        Order.objects.using(using).filter(pk=instance.order_id).update(size=F("size") + 1)
# file: shop/models.py
from django.db import models


class Order(models.Model):
    size = models.IntegerField(default=0)


class Line(models.Model):
    order = models.ForeignKey(Order, on_delete=models.CASCADE)
```

Stays silent when
-----------------
- the row was read with `select_for_update()`, or the value has an `F()`;
- the field or the row's model is not known, or the row is the instance itself;
- the field is a text or a date: what is added to it is not a count.

Known misses
------------
- helpers, values that a query counts again, and changes in several steps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.check.engine.rule import Found, Rule
from signalgen.flow.rows.traps import lost_updates

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index
    from signalgen.values.index import Receiver


def check(receiver: Receiver, index: Index) -> Iterator[Found]:
    """Yield each change of another row that a second one at the same time may undo."""
    function = receiver.function
    for trap in lost_updates(index, receiver):
        yield Found(
            path=function.path,
            node=trap.node,
            message=f"{function.name} reads, changes and saves {trap.written}: if two do so at "
            f"the same time, one change is lost",
            hint=f'{trap.model_name}.objects.filter(pk=…).update({trap.field}=F("{trap.field}") '
            "+ 1), or select_for_update()",
            context=function.qualname,
        )


RULE = Rule("SG422", "lost-update", "warning", on_receiver=check)
