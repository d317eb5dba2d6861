"""The next number, computed from the number of rows or the greatest value.

Flags
-----
A field of the instance that a receiver sets to `count()`, `aggregate(Max(…))` or the last row's
value, plus one.

Why it matters
--------------
Two saves at the same time find the same rows and take the same number; after a deletion `count()`
gives a number that another row already has. A lock, a database sequence, or a counter row that is
increased with `F()` or `select_for_update()` gives each number once:
https://docs.djangoproject.com/en/stable/ref/models/querysets/#select-for-update

Bad
---
```python
from django.db.models.signals import pre_save
from django.dispatch import receiver

from shop.models import Order


@receiver(pre_save, sender=Order)
def number(sender, instance, **kwargs):
    if not instance.number:
        instance.number = Order.objects.count() + 1  # SG423
```

Good
----
```python
from django.db.models.signals import pre_save
from django.dispatch import receiver

from shop.models import Order


@receiver(pre_save, sender=Order)
def number(sender, instance, **kwargs):
    if not instance.number:
        last = Order.objects.select_for_update().order_by("-number").first()
        instance.number = (last.number if last else 0) + 1
```

Stays silent when
-----------------
- the receiver locks rows, or catches an error around it;
- the value is not set on the row itself.

Known misses
------------
- helpers, and numbers that are computed in several steps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.check.engine.rule import Found, Rule
from signalgen.flow.rows.traps import next_numbers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index
    from signalgen.values.index import Receiver


def check(receiver: Receiver, index: Index) -> Iterator[Found]:
    """Yield each number that two rows may get."""
    function = receiver.function
    for trap in next_numbers(index, receiver):
        yield Found(
            path=function.path,
            node=trap.node,
            message=f"{function.name} takes the next {trap.field} from {trap.written}: two saves "
            f"at the same time get the same one",
            hint="lock the rows it is read from (select_for_update()), or use a sequence",
            context=function.qualname,
        )


RULE = Rule("SG423", "next-number", "warning", on_receiver=check, default=False)
