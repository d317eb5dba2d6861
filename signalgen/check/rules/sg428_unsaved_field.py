"""A field that post_save sets on the row and nothing stores.

Flags
-----
`instance.field = …` in a receiver of `post_save` that writes nothing and does not pass the row on.

Why it matters
--------------
The row has been written by then: the value is on the object, and gone the next time it is loaded.
In `pre_save` it is stored with the rest; in `post_save` an UPDATE stores it without another signal:
https://docs.djangoproject.com/en/stable/ref/signals/#post-save

Bad
---
```python
from django.db.models.signals import post_save
from django.dispatch import receiver

from shop.models import Order


@receiver(post_save, sender=Order)
def tidy(sender, instance, **kwargs):
    instance.number = instance.number.strip()  # SG428
```

Good
----
```python
from django.db.models.signals import pre_save
from django.dispatch import receiver

from shop.models import Order


@receiver(pre_save, sender=Order)
def tidy(sender, instance, **kwargs):
    instance.number = instance.number.strip()
```

Stays silent when
-----------------
- the receiver calls `save`, `update` or anything else that writes, or a method of the row;
- the row is passed on, returned or stored anywhere;
- the attribute is not a field of the model.

Known misses
------------
- `setattr`, and helpers that set the field.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.check.engine.rule import Found, Rule
from signalgen.flow.rows.siblings import never_saved

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index
    from signalgen.values.index import Receiver


def check(receiver: Receiver, index: Index) -> Iterator[Found]:
    """Yield each field that is set too late."""
    for trap in never_saved(index, receiver):
        yield Found(
            path=receiver.function.path,
            node=trap.node,
            message=f"{receiver.function.name} sets {trap.field} after the row is saved, and "
            "nothing stores it",
            hint="set it in pre_save, or store it with filter(pk=instance.pk).update(…)",
            context=receiver.function.qualname,
        )


RULE = Rule("SG428", "unsaved-field", "warning", on_receiver=check, default=False)
