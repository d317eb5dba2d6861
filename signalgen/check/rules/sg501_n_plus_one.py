"""A query for each element of a loop.

Flags
-----
A query, or a save, delete or create of a row, inside a loop or comprehension of a receiver or of a helper below it.

Why it matters
--------------
The receiver runs on every save, and each element costs a round trip to the database. One query for all of them, or
`bulk_create` and `bulk_update`, cost one: https://docs.djangoproject.com/en/stable/topics/db/optimization/

Bad
---
```python
from django.db.models.signals import post_save
from django.dispatch import receiver

from shop.models import Line, Order


@receiver(post_save, sender=Order)
def copy_lines(sender, instance, **kwargs):
    for name in instance.wanted():
        Line.objects.create(order=instance, name=name)  # SG501
```

Good
----
```python
from django.db.models.signals import post_save
from django.dispatch import receiver

from shop.models import Line, Order


@receiver(post_save, sender=Order)
def copy_lines(sender, instance, **kwargs):
    Line.objects.bulk_create(Line(order=instance, name=name) for name in instance.wanted())
```
```python
from django.db.models.signals import post_save
from django.dispatch import receiver

from shop.models import Line, Order


@receiver(post_save, sender=Order)
def two_lines(sender, instance, **kwargs):
    for name in ("first", "second"):
        Line.objects.create(order=instance, name=name)
```

Stays silent when
-----------------
- the loop runs over a list that is written out;
- what is called is not certainly a query.

Known misses
------------
- relations that are read through a property or a template;
- helpers more than three levels down.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.check.loops import loops
from signalgen.check.orm import is_query
from signalgen.check.reach import reached
from signalgen.check.rule import Found, Rule

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator

    from signalgen.index import Index
    from signalgen.values.index import FunctionRef, Receiver


def check(receiver: Receiver, index: Index) -> Iterator[Found]:
    """Yield the first query of each loop of a receiver and of the helpers below it."""
    functions: dict[int, tuple[FunctionRef, ast.Call | None]] = {
        id(receiver.function.node): (receiver.function, None)
    }
    for item in reached(index, receiver.function):
        functions.setdefault(id(item.function.node), (item.function, item.entry))
    for function, entry in functions.values():
        call = _first(index, function)
        if call is None:
            continue
        below = f" (in {function.qualname}, {function.path}:{call.lineno})" if entry is not None else ""
        yield Found(
            path=receiver.function.path,
            node=entry or call,
            message=f"{receiver.function.name} runs a query for each element of a loop{below}",
            hint="fetch the rows with one query before the loop, or write them with bulk_create or bulk_update",
            context=receiver.function.qualname,
        )


def _first(index: Index, function: FunctionRef) -> ast.Call | None:
    for loop in loops(function):
        if loop.is_literal:
            continue
        for call in loop.calls():
            if is_query(index, function, call):
                return call
    return None


RULE = Rule("SG501", "n-plus-one", "warning", on_receiver=check)
