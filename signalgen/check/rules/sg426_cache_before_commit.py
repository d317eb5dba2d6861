"""A cache entry that is deleted or set before the change is committed.

Flags
-----
`cache.delete`, `cache.set` and similar calls of Django's caches in a receiver of a save, a deletion
or a many-to-many change, if they do not wait for the commit.

Why it matters
--------------
Until the commit another request still reads the old row and may cache it again, where it stays;
after a rollback a value that was set is wrong. After the commit neither can happen:
https://docs.djangoproject.com/en/stable/topics/db/transactions/#performing-actions-after-commit

Bad
---
```python
from django.core.cache import cache
from django.db.models.signals import post_save
from django.dispatch import receiver

from shop.models import Order


@receiver(post_save, sender=Order)
def drop(sender, instance, **kwargs):
    cache.delete(f"order-{instance.pk}")  # SG426
```

Good
----
```python
from functools import partial

from django.core.cache import cache
from django.db import transaction
from django.db.models.signals import post_save
from django.dispatch import receiver

from shop.models import Order


@receiver(post_save, sender=Order)
def drop(sender, instance, using, **kwargs):
    transaction.on_commit(partial(cache.delete, f"order-{instance.pk}"), using=using)
```

Stays silent when
-----------------
- the call waits for the commit, in a callback or under a decorator;
- the cache is not one of Django's;
- the receiver is connected to signals other than those of rows.

Known misses
------------
- helpers, and caches behind objects of the project.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.check.engine.rule import Found, Rule
from signalgen.facts.services import CACHE_CALLS, CACHE_READS
from signalgen.flow.commit.deferral import defers
from signalgen.flow.function.naming import describe
from signalgen.flow.function.signature import ROWS, short
from signalgen.flow.reach.reach import own_calls

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.flow.reach.reach import Reached
    from signalgen.index import Index
    from signalgen.values.index import Receiver


def check(receiver: Receiver, index: Index) -> Iterator[Found]:
    """Yield the first write to a cache that does not wait for the commit."""
    function = receiver.function
    if not receiver.signals or not {*receiver.signals} <= ROWS or defers(index, function):
        return
    for item in own_calls(index, function):
        if item.deferred or item.target is not None:
            continue
        name = _name(index, item)
        if CACHE_CALLS.match(name) and not CACHE_READS.match(name):
            verb = short(name)
            yield Found(
                path=function.path,
                node=item.call,
                message=f"{function.name} calls the cache's {verb} before the commit: another "
                f"request may cache the old value again",
                hint="transaction.on_commit(partial(cache.…, key), using=using)",
                context=function.qualname,
            )
            return


def _name(index: Index, item: Reached) -> str:
    func, function = item.call.func, item.function
    if isinstance(func, ast.Attribute) and isinstance(func.value, ast.Subscript):
        owner = describe(index, function.path, function, func.value.value)
        return f"{owner}[].{func.attr}"
    return describe(index, function.path, function, func)


RULE = Rule("SG426", "cache-before-commit", "info", on_receiver=check, default=False)
