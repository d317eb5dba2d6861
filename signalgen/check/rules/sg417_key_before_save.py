"""A text built from the key of a row that has no key yet.

Flags
-----
`instance.number = f"SKU-{instance.pk}"` (also by `format`, `%` and `str`) in a receiver of
`pre_save`, where the database generates the key.

Why it matters
--------------
A new row has no key before it is saved, so the text is `SKU-None` for every new row. In `post_save`
the key is there; an UPDATE stores the text without another signal:
https://docs.djangoproject.com/en/stable/ref/models/instances/#auto-incrementing-primary-keys

Bad
---
```python
from django.db.models.signals import pre_save
from django.dispatch import receiver

from shop.models import Order


@receiver(pre_save, sender=Order)
def number(sender, instance, **kwargs):
    if not instance.number:
        instance.number = f"SKU-{instance.pk}"  # SG417
```

Good
----
```python
from django.db.models.signals import post_save
from django.dispatch import receiver

from shop.models import Order


@receiver(post_save, sender=Order)
def number(sender, instance, created, using, **kwargs):
    if created:
        instance.number = f"SKU-{instance.pk}"
        Order.objects.using(using).filter(pk=instance.pk).update(number=instance.number)
```

Stays silent when
-----------------
- a condition around it tests the key or `_state`, or anything but fields of the row;
- the key has a default, or may have one in a base class that is not known;
- the text is no value of a field, or of one that the model's own `save()` sets.

Known misses
------------
- helpers, and texts that are built in several steps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.check.engine.rule import Found, Rule
from signalgen.flow.rows.newness import keys_in_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index
    from signalgen.values.index import Receiver


def check(receiver: Receiver, index: Index) -> Iterator[Found]:
    """Yield the first text that is built from a key which is None."""
    node = next(keys_in_text(index, receiver), None)
    if node is not None:
        yield Found(
            path=receiver.function.path,
            node=node,
            message=f"{receiver.function.name} builds a text from the key before the row has one: "
            f"new rows get None",
            hint="do it in post_save, with filter(pk=instance.pk).update(…)",
            context=receiver.function.qualname,
        )


RULE = Rule("SG417", "key-before-save", "error", on_receiver=check, default=False)
