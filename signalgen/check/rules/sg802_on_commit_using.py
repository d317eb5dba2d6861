"""A callback that waits for the commit of another database than the one that is written.

Flags
-----
`transaction.on_commit` without `using`, and Celery's `delay_on_commit` and
`apply_async_on_commit`, which have none, in a receiver of a model's save, delete or many-to-many
signal, in a project with more than one database.

Why it matters
--------------
Without `using` the callback waits for the default database. If the row is written to another one,
the default one has no transaction open and the callback runs at once, or runs even if the write is
rolled back. All these signals send `using`:
https://docs.djangoproject.com/en/stable/topics/db/transactions/#django.db.transaction.on_commit

Bad
---
```python
from functools import partial

from django.db import transaction
from django.db.models.signals import post_save
from django.dispatch import receiver

from shop.models import Order


@receiver(post_save, sender=Order)
def announce(sender, instance, using, **kwargs):
    transaction.on_commit(partial(print, instance.number))  # SG802
# file: shop/settings.py
DATABASES = {"default": {"ENGINE": "x"}, "archive": {"ENGINE": "x"}}
```

Good
----
```python
from functools import partial

from django.db import transaction
from django.db.models.signals import post_save
from django.dispatch import receiver

from shop.models import Order


@receiver(post_save, sender=Order)
def announce(sender, instance, using, **kwargs):
    transaction.on_commit(partial(print, instance.number), using=using)
# file: shop/settings.py
DATABASES = {"default": {"ENGINE": "x"}, "archive": {"ENGINE": "x"}}
```

Stays silent when
-----------------
- the settings name one database, or none that can be read;
- the others are copies of the default one, by their names (`replica`, `read_only`) or a `MIRROR`:
  nothing writes to them;
- the project wraps `on_commit` in its own function.

Known misses
------------
- helpers, which rarely know the database.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.check.engine.rule import Found, Rule
from signalgen.check.fixes.choosing import given_database
from signalgen.check.fixes.edits import add_argument
from signalgen.facts.tasks import AFTER_COMMIT, LIBRARIES
from signalgen.flow.function.signature import ROWS, has_signal
from signalgen.flow.reach.callee import callee
from signalgen.flow.reach.reach import own_calls
from signalgen.index.queues import other_databases
from signalgen.index.tasks import task_library
from signalgen.values.check import Fix

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index
    from signalgen.values.index import FunctionRef, Receiver

_ON_COMMIT = "django.db.transaction.on_commit"


def check(receiver: Receiver, index: Index) -> Iterator[Found]:
    """Yield each ``on_commit`` of a receiver that always waits for the default database."""
    if not has_signal(receiver, ROWS) or not other_databases(index):
        return
    function = receiver.function
    for item in own_calls(index, function):
        call = item.call
        if item.function is function and _is_celerys_own(index, function, call):
            yield _of_celery(index, function, call)
        if item.name != _ON_COMMIT or item.function is not function or len(call.args) > 1:
            continue
        if any(key.arg in ("using", None) for key in call.keywords):
            continue
        others = ", ".join(other_databases(index))
        value = given_database(function)
        yield Found(
            path=function.path,
            node=call,
            message=f"{function.name} waits for the default database, but the row may be written "
            f"to another: {others}",
            hint=f"on_commit(…, using={value})"
            if value
            else "add the parameter using and pass it on",
            context=function.qualname,
            fix=Fix(
                f"add using={value}",
                (add_argument(index, function.path, call, f"using={value}"),),
                safe=True,
            )
            if value
            else None,
        )


def _is_celerys_own(index: Index, function: FunctionRef, call: ast.Call) -> bool:
    func = call.func
    if not isinstance(func, ast.Attribute) or func.attr not in AFTER_COMMIT.values():
        return False
    task = callee(index, function, func.value)[1]
    library = task_library(index, task) if task is not None else None
    return library is LIBRARIES["celery"]


def _of_celery(index: Index, function: FunctionRef, call: ast.Call) -> Found:
    method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    value = given_database(function) or "using"
    plain = next(name for name, own in AFTER_COMMIT.items() if own == method)
    return Found(
        path=function.path,
        node=call,
        message=f"{method} of {function.name} waits for the default database, but the row may be "
        f"written to another: {', '.join(other_databases(index))}",
        hint=f"transaction.on_commit(partial(….{plain}, …), using={value})",
        context=function.qualname,
    )


RULE = Rule(
    "SG802",
    "on-commit-using",
    "warning",
    on_receiver=check,
    fix="safe",
    safety="Offered if the receiver has `using` or `**kwargs`.",
)
