"""An ``on_commit`` callback that is registered before the row is written.

Flags
-----
`transaction.on_commit`, or a task's `delay_on_commit`, in a receiver of `pre_save` or in its
helpers.

Why it matters
--------------
Outside a transaction `on_commit` runs its callback at once: in `pre_save`, before the row exists.
Work that needs the row belongs in `post_save`:
https://docs.djangoproject.com/en/stable/topics/db/transactions/#django.db.transaction.on_commit

Bad
---
```python
from functools import partial

from django.db import transaction
from django.db.models.signals import pre_save
from django.dispatch import receiver

from shop.models import Order


@receiver(pre_save, sender=Order)
def announce(sender, instance, using, **kwargs):
    transaction.on_commit(partial(print, instance.number), using=using)  # SG801
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
```

Stays silent when
-----------------
- the receiver is connected to `post_save` as well and tests which signal it is;
- the callback gets a row that the receiver itself has saved, and not the instance.

Known misses
------------
- helpers more than three levels down.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.check.engine.rule import Found, Rule
from signalgen.facts.tasks import AFTER_COMMIT
from signalgen.flow.commit.deferral import is_on_commit
from signalgen.flow.function.signature import MODEL_SIGNALS, mentions_argument, names_of
from signalgen.flow.reach.arguments import possible
from signalgen.index.reading.walking import walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index
    from signalgen.values.index import FunctionRef, Receiver

_PRE_SAVE = MODEL_SIGNALS + "pre_save"


def check(receiver: Receiver, index: Index) -> Iterator[Found]:
    """Yield the ``on_commit`` callbacks that a receiver registers before the row is saved."""
    function = receiver.function
    if _PRE_SAVE not in receiver.signals or mentions_argument(function.node, function, "signal"):
        return
    seen: set[int] = set()
    for item in possible(index, function):
        if item.deferred or id(item.entry) in seen:
            continue
        func = item.call.func
        plans = isinstance(func, ast.Attribute) and func.attr in AFTER_COMMIT.values()
        if not plans and not is_on_commit(index, item.function.path, item.call, item.function):
            continue
        if item.function is function and _is_about_a_saved_row(function, item.call):
            continue
        seen.add(id(item.entry))
        below = f" (in {item.chain[-1].qualname}, {item.function.path})" if item.chain else ""
        yield Found(
            path=function.path,
            node=item.entry,
            message=f"{function.name} calls on_commit in pre_save{below}: without a "
            "transaction the callback runs before the save",
            hint="call it in post_save",
            context=function.qualname,
        )


def _is_about_a_saved_row(function: FunctionRef, call: ast.Call) -> bool:
    """Tell whether a callback names a row that the receiver saves, but not the instance."""
    names = {node.id for node in walk(call) if isinstance(node, ast.Name)}
    saved = {
        node.func.value.id
        for node in walk(function.node)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "save"
        and isinstance(node.func.value, ast.Name)
    }
    return bool(names & saved) and not names & names_of(function, "instance")


RULE = Rule("SG801", "on-commit-in-pre-save", "warning", on_receiver=check)
