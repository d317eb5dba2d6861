"""A deleted row that is loaded again, by the receiver or by a task that it queues.

Flags
-----
In a receiver of `post_delete`: a task, queued with nothing but the key of the row, that gets the
row by that key; `get(pk=instance.pk)` of its own model; and `instance.refresh_from_db()`.

Why it matters
--------------
The row is gone when `post_delete` is sent, so the lookup raises DoesNotExist: the task fails each
time, and in the receiver the deletion does. The task needs the values themselves:
https://docs.djangoproject.com/en/stable/ref/signals/#post-delete

Bad
---
```python
from functools import partial

from celery import shared_task
from django.db import transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver

from shop.models import Order


@shared_task
def unindex(pk):
    print(Order.objects.get(pk=pk).number)


@receiver(post_delete, sender=Order)
def drop(sender, instance, using, **kwargs):
    transaction.on_commit(partial(unindex.delay, instance.pk), using=using)  # SG419
```
```python
from django.db.models.signals import post_delete
from django.dispatch import receiver

from shop.models import Order


@receiver(post_delete, sender=Order)
def tell(sender, instance, **kwargs):
    instance.refresh_from_db()  # SG419
```

Good
----
```python
from functools import partial

from celery import shared_task
from django.db import transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver

from shop.models import Order


@shared_task
def unindex(pk, number):
    print(pk, number)


@receiver(post_delete, sender=Order)
def drop(sender, instance, using, **kwargs):
    transaction.on_commit(partial(unindex.delay, instance.pk, instance.number), using=using)
```

Stays silent when
-----------------
- the lookup is in a `try`, or is `filter(…)`, which may find no row;
- the receiver is connected to other signals as well, for which the row exists (`pre_delete` does
  not count for the task);
- another model is loaded.

Known misses
------------
- helpers, methods of the task, and rows that a serializer loads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.check.engine.rule import Found, Rule
from signalgen.flow.rows.departing import loads_of_deleted, tasks_of_deleted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index
    from signalgen.values.index import Receiver


def check(receiver: Receiver, index: Index) -> Iterator[Found]:
    """Yield the first task that loads the deleted row, and the first load in the receiver."""
    function = receiver.function
    task = next(tasks_of_deleted(index, receiver), None)
    if task is not None:
        yield Found(
            path=function.path,
            node=task.node,
            message=f"the task {task.written} gets the {task.model_name} by its key, but "
            f"{function.name} queues it in a deletion: the row is gone by then",
            hint="pass the task the values that it needs, not only the key",
            context=function.qualname,
        )
    load = next(loads_of_deleted(index, receiver), None)
    if load is not None:
        yield Found(
            path=function.path,
            node=load.node,
            message=f"{function.name} loads its own row in post_delete, after it is gone",
            hint="instance still has all its values",
            context=function.qualname,
        )


RULE = Rule("SG419", "load-of-deleted", "error", on_receiver=check, default=False)
