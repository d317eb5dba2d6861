"""A query for each element of a loop.

Flags
-----
A query, or a save, delete or create of a row, inside a loop or comprehension of a receiver or of
its helpers. Also attributes of a row that run a query: a foreign key, a property or a method of its
model, another relation.

It is an info if the loop is in a helper, or if a function of the project, or a `save()` or
`delete()` of its own model, queries for each element, and what else the loop does is to write: a
single query would usually need another design. So it is if the rows are few: a slice with an end of
at most 20, the choices of a field, rows marked as default, groups and permissions, and what a
many-to-many field of the row itself holds, unless it leads to people or each of its rows is saved
or deleted.

Why it matters
--------------
The receiver runs on every save, and each element costs a round trip to the database. One query for
all of them, or `bulk_create` and `bulk_update` (which call no `save()` and send no signals), cost
one: https://docs.djangoproject.com/en/stable/topics/db/optimization/

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
- the loop runs over a literal list (in a local name or an argument too), a constant, a setting, or
  tries a fixed number of times;
- the receiver belongs to migrations or to Celery, or to a signal that only tasks, commands and such
  receivers send;
- the loop runs over a relation of `instance`, which was just `created`: nothing points at it yet;
- the loop is left after the first element, or each element is a model;
- each row must be deleted on its own because its model overrides `delete()`;
- each iteration takes a batch (`batched(rows, 50)`, `range(0, count, 500)`);
- the arguments of a helper's call keep it from reaching the loop;
- the rows come with `select_related` or `prefetch_related`, or a manager of their model uses them;
- a foreign key leads back to the row whose relation the loop follows, or the loop assigns it;
- the call is not certainly a query.

Known misses
------------
- relations that a template reads, and foreign keys of rows of an unknown model;
- helpers more than two levels down.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.check.engine.rule import Found, Rule
from signalgen.flow.rows.repeated import repeated_queries

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index
    from signalgen.values.index import Receiver


def check(receiver: Receiver, index: Index) -> Iterator[Found]:
    """Yield the first loop, in a receiver and in each helper, with a query for each element."""
    for item in repeated_queries(index, receiver):
        function = item.function
        below = (
            f" (in {function.qualname}, {function.path}:{item.query.lineno})" if item.entry else ""
        )
        yield Found(
            path=receiver.function.path,
            node=item.place,
            message=f"{receiver.function.name} runs a query for each element of a loop{below}",
            hint="fetch the rows with one query before the loop, or write them with bulk_create or "
            "bulk_update (these call no save() and send no signals)",
            severity=None if item.plain and item.entry is None else "info",
            context=receiver.function.qualname,
        )


RULE = Rule("SG501", "n-plus-one", "warning", on_receiver=check)
