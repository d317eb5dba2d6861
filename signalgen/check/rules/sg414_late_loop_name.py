"""A callback for the commit, made in a loop, that reads the loop's name when the loop is over.

Flags
-----
A lambda or nested function that a loop hands to `on_commit`, and that reads a name which each round
sets anew: in a receiver or a function that it calls, inside `atomic`, anywhere in a project with
`ATOMIC_REQUESTS`.

Why it matters
--------------
A function looks a name up when it runs. After the commit the loop has ended, so all its callbacks
see the last row: that one is handled as often as there are rows, the others never. A default is
evaluated in the round, and `partial` keeps what it is given:
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
- the name is a parameter of the callback, or is set outside of the loop alone;
- each round has its own `atomic()`, or leaves the loop after the call;
- the nested function is defined before the loop;
- nothing says that there is a transaction: the callback then runs at once.

Known misses
------------
- callbacks that a function of the project makes.
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
    """Yield each callback of a loop that sees only the last round."""
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
            "loop is over: each of them sees the last round",
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
    default=False,
    fix="safe",
    safety="The lambda gets the names as defaults, which each round evaluates.",
)
