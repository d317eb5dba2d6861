"""A ``pre_save`` receiver that gets the stored row, which a new row does not have.

Flags
-----
`Order.objects.get(pk=instance.pk)` in a receiver of `pre_save`, where nothing but `raw` is tested
before.

Why it matters
--------------
`pre_save` is sent for new rows as well. There is no row with their key, so `get()` raises
DoesNotExist, and no new row can be saved:
https://docs.djangoproject.com/en/stable/ref/models/querysets/#django.db.models.query.QuerySet.get

Bad
---
```python
from django.db.models.signals import pre_save
from django.dispatch import receiver

from shop.models import Order


@receiver(pre_save, sender=Order)
def tell(sender, instance, **kwargs):
    before = Order.objects.get(pk=instance.pk)  # SG416
    if before.number != instance.number:
        print(before.number)
```

Good
----
```python
from django.db.models.signals import pre_save
from django.dispatch import receiver

from shop.models import Order


@receiver(pre_save, sender=Order)
def tell(sender, instance, **kwargs):
    before = Order.objects.filter(pk=instance.pk).first()
    if before is not None and before.number != instance.number:
        print(before.number)
```

Stays silent when
-----------------
- anything else is tested before, or the call is in a `try` or a `with`;
- the row is looked up by more than its key.

Known misses
------------
- helpers; conditions that do not separate new rows from stored ones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.check.engine.rule import Found, Rule
from signalgen.flow.rows.newness import stored_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index
    from signalgen.values.index import Receiver


def check(receiver: Receiver, index: Index) -> Iterator[Found]:
    """Yield the first lookup that fails for every new row."""
    call = next(stored_rows(index, receiver), None)
    if call is not None:
        yield Found(
            path=receiver.function.path,
            node=call,
            message=f"{receiver.function.name} gets the stored row, which does not exist for a "
            f"new one: no row can be created",
            hint="filter(pk=instance.pk).first(), or return if instance._state.adding",
            context=receiver.function.qualname,
        )


RULE = Rule("SG416", "stored-row-of-new", "error", on_receiver=check)
