"""A deletion by the database itself, which calls no receivers.

Flags
-----
A receiver of `pre_delete` or `post_delete` of a model with a foreign key that uses `DB_CASCADE`
(Django 6.1), or whose rows are deleted with those of a model that has one.

Why it matters
--------------
The database deletes those rows, and Django never sees them: it sends no signal, and `delete()` does
not count them. `DB_SET_NULL` is not reported: Django's own SET_NULL sends nothing either.
https://docs.djangoproject.com/en/stable/ref/models/fields/#django.db.models.DB_CASCADE

Bad
---
```python
from django.db.models.signals import post_delete
from django.dispatch import receiver

from shop.models import Line


@receiver(post_delete, sender=Line)  # SG602
def on_line_deleted(sender, instance, **kwargs):
    print(instance.name)
# file: shop/models.py
from django.db import models


class Order(models.Model):
    number = models.CharField(max_length=9)


class Line(models.Model):
    order = models.ForeignKey(Order, on_delete=models.DB_CASCADE)
    name = models.CharField(max_length=9)
```

Good
----
```python
from django.db.models.signals import post_delete
from django.dispatch import receiver

from shop.models import Line


@receiver(post_delete, sender=Line)
def on_line_deleted(sender, instance, **kwargs):
    print(instance.name)
# file: shop/models.py
from django.db import models


class Order(models.Model):
    number = models.CharField(max_length=9)


class Line(models.Model):
    order = models.ForeignKey(Order, on_delete=models.CASCADE)
    name = models.CharField(max_length=9)
```

Stays silent when
-----------------
- the sender is not a known model;
- the same function is also connected to the deletion of the rows that the key points at.

Known misses
------------
- `on_delete` in a variable.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.check.engine.rule import Found, Rule
from signalgen.flow.function.signature import DELETE, short
from signalgen.flow.rows.unheard import deleted_by_database

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index
    from signalgen.values.index import Receiver


def check(receiver: Receiver, index: Index) -> Iterator[Found]:
    """Yield each connection to a deletion that the database may make itself."""
    seen: set[int] = set()
    for trap in deleted_by_database(index, receiver):
        item = next(
            one
            for one in receiver.connections
            if DELETE.intersection(one.signals) and trap.node in (one.sender, one.node)
        )
        above = index.model(trap.written) if trap.written else None
        heard = {name for one in receiver.connections for name in one.senders}
        if id(trap.node) in seen or (
            above is not None and any(index.model(name) is above for name in heard)
        ):
            continue
        seen.add(id(trap.node))
        signal = short(next(name for name in item.signals if name in DELETE))
        yield Found(
            path=item.path,
            node=trap.node,
            message=f"{trap.field} uses DB_CASCADE: the database deletes those rows, and no "
            f"{signal} is sent for {trap.model_name}",
            hint="use CASCADE there, or listen to pre_delete of the model that it points at",
            context=receiver.function.qualname,
        )


RULE = Rule("SG602", "database-cascade", "warning", on_receiver=check)
