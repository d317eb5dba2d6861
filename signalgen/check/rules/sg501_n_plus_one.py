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
- the loop runs over a list that is written out, or over a constant;
- the receiver runs once for a whole migration;
- what is called is not certainly a query.

Known misses
------------
- relations that are read through a property or a template;
- helpers more than two levels down.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.check.loops import loops
from signalgen.check.queries import query_in
from signalgen.check.reach import reached
from signalgen.check.rule import Found, Rule
from signalgen.check.signature import short

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator

    from signalgen.index import Index
    from signalgen.values.index import FunctionRef, Receiver

_ONCE = frozenset({"pre_migrate", "post_migrate", "class_prepared"})
_LEVELS = 2


def check(receiver: Receiver, index: Index) -> Iterator[Found]:
    """Yield the first loop of a receiver, and of each helper below it, that runs a query for each element."""
    if all(short(signal) in _ONCE for signal in receiver.signals):
        return
    functions: dict[int, tuple[FunctionRef, ast.Call | None]] = {
        id(receiver.function.node): (receiver.function, None)
    }
    for item in reached(index, receiver.function, _LEVELS):
        entry = None if item.function is receiver.function else item.entry
        functions.setdefault(id(item.function.node), (item.function, entry))
    seen: set[int] = set()
    for function, entry in functions.values():
        node = _first(index, function)
        if node is None or id(entry or node) in seen:
            continue
        seen.add(id(entry or node))
        below = f" (in {function.qualname}, {function.path}:{node.lineno})" if entry is not None else ""
        yield Found(
            path=receiver.function.path,
            node=entry or node,
            message=f"{receiver.function.name} runs a query for each element of a loop{below}",
            hint="fetch the rows with one query before the loop, or write them with bulk_create or bulk_update",
            context=receiver.function.qualname,
        )


def _first(index: Index, function: FunctionRef) -> ast.expr | None:
    for loop in loops(function):
        found = None if loop.is_literal else query_in(index, function, loop)
        if found is not None:
            return found
    return None


RULE = Rule("SG501", "n-plus-one", "warning", on_receiver=check)
