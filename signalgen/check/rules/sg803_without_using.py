"""A receiver that writes other rows without naming the database.

Flags
-----
`create`, `update`, `delete` and the like of a model's manager, without `using()` or `db_manager()`,
in a receiver of a model's signals, in a project with several writable databases and no router.

Why it matters
--------------
Without a router a manager uses the default database. The row that sent the signal may be in another
one, so the two no longer belong together, and do not share a transaction. These signals send
`using`: https://docs.djangoproject.com/en/stable/topics/db/multi-db/#manually-selecting-a-database

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
- the settings name one database, only copies of it, or a router;
- rows are only read.

Known misses
------------
- helpers, and saves of rows that were read without a database.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.check.engine.rule import Found, Rule
from signalgen.check.fixes.choosing import using_fix
from signalgen.facts.orm import ROW_WRITING
from signalgen.flow.function.signature import ROWS, has_signal
from signalgen.flow.rows.traps import without_database
from signalgen.index.queues import assigned, other_databases

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index
    from signalgen.values.check import Fix
    from signalgen.values.index import FunctionRef, Receiver


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
                message=f"{function.name} writes {trap.model_name} to the default database, but "
                f"its own row may be in another: {', '.join(other_databases(index))}",
                hint=f"{trap.model_name}.objects.using(using), with the argument using",
                context=function.qualname,
                fix=_fix(index, function, trap.node),
            )


def _fix(index: Index, function: FunctionRef, node: ast.AST) -> Fix | None:
    return using_fix(index, function, [node]) if isinstance(node, ast.Call) else None


RULE = Rule(
    "SG803",
    "without-using",
    "warning",
    on_receiver=check,
    default=False,
    fix="safe",
    safety="Offered for managers of a model that is named, where the receiver has `using` or "
    "`**kwargs`. With one database nothing changes.",
)
