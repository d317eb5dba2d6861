"""A receiver that writes other rows without saying to which database.

Flags
-----
`create`, `update`, `delete` and the like of a model's manager, without `using()` or `db_manager()`,
in a receiver of a model's signals, in a project with several writable databases and no router.

Why it matters
--------------
Without a router a manager asks the default database. The row that sent the signal may be in
another, so the two no longer fit together, and the write is in no transaction with it. These
signals send `using`:
https://docs.djangoproject.com/en/stable/topics/db/multi-db/#manually-selecting-a-database

Bad
---
```python
from django.db.models.signals import post_save
from django.dispatch import receiver

from shop.models import Order, Tag


@receiver(post_save, sender=Order)
def tag(sender, instance, using, **kwargs):
    Tag.objects.create(name=instance.number)  # SG803
# file: shop/settings.py
DATABASES = {"default": {"ENGINE": "x"}, "archive": {"ENGINE": "x"}}
```

Good
----
```python
from django.db.models.signals import post_save
from django.dispatch import receiver

from shop.models import Order, Tag


@receiver(post_save, sender=Order)
def tag(sender, instance, using, **kwargs):
    Tag.objects.using(using).create(name=instance.number)
# file: shop/settings.py
DATABASES = {"default": {"ENGINE": "x"}, "archive": {"ENGINE": "x"}}
```

Stays silent when
-----------------
- the settings name one database, copies of it alone, or a router;
- rows are only read.

Known misses
------------
- helpers, and saves of rows that were read without a database.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.check.engine.rule import Found, Rule
from signalgen.facts.orm import ROW_WRITING
from signalgen.flow.function.signature import ROWS, has_signal
from signalgen.flow.rows.traps import without_database
from signalgen.index.queues import assigned, other_databases

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index
    from signalgen.values.index import Receiver


def check(receiver: Receiver, index: Index) -> Iterator[Found]:
    """Yield each write that goes to the default database."""
    function = receiver.function
    if not has_signal(receiver, ROWS) or not other_databases(index):
        return
    if assigned(index, "DATABASE_ROUTERS"):
        return
    for trap in without_database(index, receiver):
        if trap.field in ROW_WRITING:
            yield Found(
                path=function.path,
                node=trap.node,
                message=f"{function.name} writes {trap.model_name} to the default database, and "
                f"its own row may be in another: {', '.join(other_databases(index))}",
                hint=f"{trap.model_name}.objects.using(using), by the argument using",
                context=function.qualname,
            )


RULE = Rule("SG803", "without-using", "warning", on_receiver=check, default=False)
