"""A test of the primary key for new rows, on a model whose new rows already have a key.

Flags
-----
`if instance.pk is None`, `if not instance.pk` and the like in a receiver of `pre_save` of a model
whose primary key has a default (`UUIDField(default=uuid4)`) or is a relation.

Why it matters
--------------
Such a row has its key before it is first saved, so the test never finds a new one: code for new
rows does not run, and a lookup of the stored row fails. `_state.adding` tells them apart:
https://docs.djangoproject.com/en/stable/ref/models/instances/#django.db.models.Model._state

Bad
---
```python
from django.db.models.signals import pre_save
from django.dispatch import receiver

from shop.models import Parcel


@receiver(pre_save, sender=Parcel)
def count_edits(sender, instance, **kwargs):
    if instance.pk is None:  # SG415
        return
    if Parcel.objects.get(pk=instance.pk).label != instance.label:
        instance.edits += 1
# file: shop/models.py
import uuid

from django.db import models


class Parcel(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    label = models.CharField(max_length=9)
    edits = models.IntegerField(default=0)
```

Good
----
```python
from django.db.models.signals import pre_save
from django.dispatch import receiver

from shop.models import Parcel


@receiver(pre_save, sender=Parcel)
def count_edits(sender, instance, **kwargs):
    if instance._state.adding:
        return
    if Parcel.objects.get(pk=instance.pk).label != instance.label:
        instance.edits += 1
# file: shop/models.py
import uuid

from django.db import models


class Parcel(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    label = models.CharField(max_length=9)
    edits = models.IntegerField(default=0)
```

Stays silent when
-----------------
- the receiver also tests `_state`, sets the key itself, or handles a missing row (`first()`,
  `exists()`, an `except`);
- the key has no default, or the model is not known.

Known misses
------------
- helpers, and tests in a model's own `save()`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.check.engine.rule import Found, Rule
from signalgen.flow.rows.keys import primary_key
from signalgen.flow.rows.newness import key_tests
from signalgen.index.models.relations import sender_model

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index
    from signalgen.values.index import Receiver


def check(receiver: Receiver, index: Index) -> Iterator[Found]:
    """Yield the first test of a key that every row has."""
    model = sender_model(index, receiver)
    field = primary_key(model) if model is not None else None
    test = next(key_tests(index, receiver), None) if field is not None else None
    if test is None or model is None or field is None:
        return
    how = "has a default" if "default" in field.options else "is assigned to it"
    yield Found(
        path=receiver.function.path,
        node=test,
        message=f"{receiver.function.name} tests the key to find new rows, but the key of a "
        f"{model.name} {how}: new rows have one too",
        hint="ask instance._state.adding",
        context=receiver.function.qualname,
    )


RULE = Rule("SG415", "key-as-new", "error", on_receiver=check, default=False)
