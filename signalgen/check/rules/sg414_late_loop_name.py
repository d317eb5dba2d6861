"""An ``on_commit`` callback in a loop that reads the loop variable after the loop has ended.

Flags
-----
A lambda or nested function that a loop passes to `on_commit`, and that reads a name which each
iteration assigns: in a receiver or a function that it calls, inside `atomic`, anywhere in a project
with `ATOMIC_REQUESTS`.

Why it matters
--------------
A function looks a name up when it runs. After the commit the loop has ended, so all its callbacks
see the last row: it is handled once for each row, and the others never. A default is evaluated in
the iteration, and `partial` keeps its arguments:
https://docs.djangoproject.com/en/stable/topics/db/transactions/#performing-actions-after-commit

Bad
---
```python
from django.db import transaction
from django.db.models.signals import post_save
from django.dispatch import receiver

from shop.models import Order


@receiver(post_save, sender=Order)
def announce(sender, instance, using, **kwargs):
    for line in instance.lines.all():
        transaction.on_commit(lambda: print(line.name), using=using)  # SG414
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
    for line in instance.lines.all():
        transaction.on_commit(partial(print, line.name), using=using)
        transaction.on_commit(lambda line=line: print(line.name), using=using)
```

Stays silent when
-----------------
- the name is a parameter of the callback, or is assigned only outside the loop;
- each iteration has its own `atomic()`, or leaves the loop after the call;
- the nested function is defined before the loop;
- nothing says that there is a transaction: the callback then runs at once. `ATOMIC_REQUESTS` says
  so of no task, no management command, and nothing that `on_commit` alone calls.

Known misses
------------
- callbacks that a function of the project returns.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.check.engine.rule import Found, Rule
from signalgen.check.fixes.freezing import keeping_fix
from signalgen.facts.tasks import ON_COMMIT
from signalgen.flow.rows.late import late_names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index

_NEEDLES = tuple(sorted(name.encode() for name in ON_COMMIT))


def check(index: Index) -> Iterator[Found]:
    """Yield each callback of a loop that sees only the last iteration."""
    for path, item in index.nodes(*_NEEDLES, wanted=(ast.Call,), near=True):
        call, function = item.node, item.scope
        if not isinstance(call, ast.Call) or function is None or not call.args:
            continue
        found = late_names(index, function, call)
        if found is None:
            continue
        callback, names = found
        named = " and ".join(names)
        yield Found(
            path=path,
            node=callback.node if isinstance(callback.node, ast.Lambda) else call,
            message=f"this callback of {function.name} reads {named} after the commit, when the "
            f"loop has ended: every callback sees the last value",
            hint=f"lambda {names[0]}={names[0]}: …, or partial(…)",
            context=function.qualname,
            fix=keeping_fix(index, function, callback.node, names)
            if isinstance(callback.node, ast.Lambda)
            else None,
        )


RULE = Rule(
    "SG414",
    "late-loop-name",
    "error",
    on_project=check,
    fix="safe",
    safety="The lambda gets the names as defaults, which each iteration evaluates.",
)
