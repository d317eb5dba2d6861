"""A synchronous query in an async receiver, which Django refuses.

Flags
-----
In an `async def` receiver, and in helpers that it calls: a method of a known model's manager,
queryset, row or related manager that runs a query (`count()`, `create()`, `save()`, `add()`), a
`for`, a comprehension, `list()`, `len()`, an `if` or an `in` over a queryset, `atomic()` and
`on_commit()`. A foreign key is an info: it queries unless it is cached.

Why it matters
--------------
Django raises SynchronousOnlyOperation, so the save that sends the signal fails, each time. Its
methods have async variants with an `a` before the name, and `async for` loops over querysets:
https://docs.djangoproject.com/en/stable/topics/async/#queries-the-orm

Bad
---
```python
from django.db.models.signals import post_save
from django.dispatch import receiver

from shop.models import Line, Order, Tag


@receiver(post_save, sender=Order)
async def tag_order(sender, instance, **kwargs):
    if Line.objects.filter(order_id=instance.pk).count():  # SG412
        Tag.objects.create(name="busy")  # SG412
    for line in Line.objects.all():  # SG412
        print(line)
```

Good
----
```python
from asgiref.sync import sync_to_async
from django.db.models.signals import post_save
from django.dispatch import receiver

from shop.models import Line, Order, Tag


@receiver(post_save, sender=Order)
async def tag_order(sender, instance, **kwargs):
    if await Line.objects.filter(order_id=instance.pk).acount():
        await Tag.objects.acreate(name="busy")
    async for line in Line.objects.all():
        print(line)
    await sync_to_async(lambda: instance.user.email)()
```

Stays silent when
-----------------
- the query is in a function that is passed to `sync_to_async` or `on_commit`, or decorated;
- a queryset is only built (`filter()`, `all()`, a slice), or is `none()`;
- the model, the manager's method or the object is not known;
- the foreign key was assigned here, or rows came with `select_related()`.

Known misses
------------
- methods of the project's own managers and models, and properties that query.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.check.engine.rule import Found, Rule
from signalgen.flow.rows.synchronous import synchronous

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.flow.rows.synchronous import Blocking
    from signalgen.index import Index
    from signalgen.values.index import Receiver


def check(receiver: Receiver, index: Index) -> Iterator[Found]:
    """Yield the synchronous queries of an async receiver."""
    function = receiver.function
    if not isinstance(function.node, ast.AsyncFunctionDef):
        return
    for item in synchronous(index, function):
        message, hint = _words(function.name, item)
        yield Found(
            path=function.path,
            node=item.node,
            message=message,
            hint=hint,
            severity=None if item.sure else "info",
            context=function.qualname,
        )


def _words(name: str, item: Blocking) -> tuple[str, str]:
    if not item.sure:
        said = f"{item.spelling} may query the database, which async {name} cannot do synchronously"
        return said, f"use {item.spelling}_id, or await sync_to_async(lambda: {item.spelling})()"
    inside = (
        f" (in {item.inside.qualname}, {item.inside.path}:{item.inside.node.lineno})"
        if item.inside is not None
        else ""
    )
    message = f"{name} is async and runs a synchronous query{inside}: Django raises an error"
    return message, f"write {item.spelling}"


RULE = Rule("SG412", "sync-orm-in-async", "error", on_receiver=check)
