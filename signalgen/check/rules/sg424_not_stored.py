"""A field that pre_save sets and a save of the project leaves out.

Flags
-----
A field of the instance that a receiver of `pre_save` sets, where the project saves rows of that
model with `update_fields` that include what the receiver reads, but not that field.

Why it matters
--------------
`save(update_fields=[…])` sends `pre_save` like any save, but stores only the named fields: the
value is on the object and not in the database:
https://docs.djangoproject.com/en/stable/ref/models/instances/#specifying-which-fields-to-save

Bad
---
```python
from django.db.models.signals import pre_save
from django.dispatch import receiver

from shop.models import Order


@receiver(pre_save, sender=Order)
def mark(sender, instance, **kwargs):
    if instance.number == "paid":
        instance.email = ""  # SG424


def pay(order: Order):
    order.number = "paid"
    order.save(update_fields=["number"])
```

Good
----
```python
from django.db.models.signals import pre_save
from django.dispatch import receiver

from shop.models import Order


@receiver(pre_save, sender=Order)
def mark(sender, instance, **kwargs):
    if instance.number == "paid":
        instance.email = ""


def pay(order: Order):
    order.number = "paid"
    order.save(update_fields=["number", "email"])
```

Stays silent when
-----------------
- the saves of the project name the field too, or nothing that decides whether it is set;
- such a save follows another value than the one that the receiver asks for;
- the receiver returns at once by `update_fields.isdisjoint(…)`;
- it is connected to other signals as well.

Known misses
------------
- `update_fields` that are not a literal list, and rows whose model is not known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.check.engine.rule import Found, Rule
from signalgen.flow.rows.traps import not_stored

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index
    from signalgen.values.index import Receiver


def check(receiver: Receiver, index: Index) -> Iterator[Found]:
    """Yield each field that a save of the project does not store."""
    function = receiver.function
    for trap in not_stored(index, receiver):
        yield Found(
            path=function.path,
            node=trap.node,
            message=f"{function.name} sets {trap.field} before the save, but "
            f"save(update_fields=…) in {trap.written} does not store it",
            hint=f'name "{trap.field}" there too, or store it in post_save with update()',
            context=function.qualname,
        )


RULE = Rule("SG424", "not-stored", "warning", on_receiver=check, default=False)
