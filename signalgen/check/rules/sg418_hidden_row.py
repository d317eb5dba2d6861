"""The stored row, looked up through a manager that filters rows out.

Flags
-----
`get` or `filter` of a receiver's own row, by its key alone, through a manager whose `get_queryset`
filters or excludes.

Why it matters
--------------
A row that the manager filters out is not found, although it is stored: `get()` raises DoesNotExist,
`first()` returns None as for a new row, an update changes nothing. Django itself saves and deletes
through `_base_manager`, which filters nothing:
https://docs.djangoproject.com/en/stable/topics/db/managers/#base-managers

Bad
---
```python
from django.db.models.signals import pre_save
from django.dispatch import receiver

from shop.models import Post


@receiver(pre_save, sender=Post)
def tell(sender, instance, **kwargs):
    before = Post.objects.filter(pk=instance.pk).first()  # SG418
    if before is None:
        print("new")
# file: shop/models.py
from django.db import models


class PublicManager(models.Manager):
    def get_queryset(self):
        return super().get_queryset().filter(public=True)


class Post(models.Model):
    public = models.BooleanField(default=False)
    objects = PublicManager()
```

Good
----
```python
from django.db.models.signals import pre_save
from django.dispatch import receiver

from shop.models import Post


@receiver(pre_save, sender=Post)
def tell(sender, instance, **kwargs):
    before = Post._base_manager.filter(pk=instance.pk).first()
    if before is None:
        print("new")
# file: shop/models.py
from django.db import models


class PublicManager(models.Manager):
    def get_queryset(self):
        return super().get_queryset().filter(public=True)


class Post(models.Model):
    public = models.BooleanField(default=False)
    objects = PublicManager()
```

Stays silent when
-----------------
- the manager's class is not in the project, or filters only under a condition;
- after the save, the receiver asks the row first for the field that the manager filters by;
- the lookup has more than the key.

Known misses
------------
- managers that are built from querysets, and helpers.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.check.engine.rule import Found, Rule
from signalgen.flow.rows.newness import hidden_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index
    from signalgen.values.index import Receiver


def check(receiver: Receiver, index: Index) -> Iterator[Found]:
    """Yield the lookups of the own row that may not find it."""
    for call, manager in hidden_rows(index, receiver):
        written = ast.unparse(call.func)
        yield Found(
            path=receiver.function.path,
            node=call,
            message=f"{receiver.function.name} looks up its own row by {written}, but {manager} "
            "filters rows out: they look missing",
            hint="use _base_manager, as Django does",
            context=receiver.function.qualname,
        )


RULE = Rule("SG418", "hidden-row", "warning", on_receiver=check, default=False)
