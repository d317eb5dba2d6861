"""An ``on_commit`` callback that reads the key of a deleted row, which is None by then.

Flags
-----
`instance.pk`, `instance.id` or the declared primary key in a lambda or nested function that a
receiver of `pre_delete` or `post_delete` passes to `on_commit`, or in a function of the project to
which it passes the row; and `instance.order.name` there, where the foreign key cascades and the
order has not been read before.

Why it matters
--------------
Django sets the primary key of a deleted row to None when the deletion is done. Inside a transaction
the callback runs later than that, so it gets None; and if the deletion started with the order,
there is no order left to read. Values that are evaluated before are not affected:
https://docs.djangoproject.com/en/stable/ref/models/instances/#deleting-objects

Bad
---
```python
from django.db import transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver

from shop.models import Line


@receiver(post_delete, sender=Line)
def forget(sender, instance, using, **kwargs):
    transaction.on_commit(lambda: print(instance.pk), using=using)  # SG413
```
```python
from django.db import transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver

from shop.models import Line


@receiver(post_delete, sender=Line)
def forget(sender, instance, using, **kwargs):
    transaction.on_commit(lambda: print(instance.order.pk), using=using)  # SG413
```

Good
----
```python
from functools import partial

from django.db import transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver

from shop.models import Line


@receiver(post_delete, sender=Line)
def forget(sender, instance, using, **kwargs):
    transaction.on_commit(partial(print, instance.pk, instance.order_id), using=using)
```

Stays silent when
-----------------
- the value is evaluated at once: an argument of `partial`, a default of the lambda, a local name;
- the receiver is connected to saves as well and tests `signal` or `created`;
- the foreign key does not cascade, or the receiver itself also reads its row.

Known misses
------------
- helpers of helpers, and methods of the row.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.check.engine.rule import Found, Rule
from signalgen.check.fixes.edits import replacing
from signalgen.check.fixes.freezing import freezing_fix
from signalgen.flow.rows.keys import key_names
from signalgen.flow.rows.late import late_keys
from signalgen.index.models.relations import sender_model
from signalgen.values.check import Fix

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.flow.rows.late import Late
    from signalgen.index import Index
    from signalgen.values.index import Receiver


def check(receiver: Receiver, index: Index) -> Iterator[Found]:
    """Yield the first late read of each callback."""
    function = receiver.function
    told: set[int] = set()
    for late in late_keys(index, receiver):
        key = id(late.callback.node) if late.callback is not None else id(late.node)
        if key in told:
            continue
        told.add(key)
        where = f" (in {late.inside.qualname}, {late.inside.path})" if late.inside else ""
        if late.relation:
            why = f"the {late.relation} may have been deleted by then, too"
            hint = f"instance.{late.relation}_id is still there"
        else:
            why = "inside a transaction, Django has set it to None by then"
            hint = "partial(…, instance.pk) evaluates it now"
        yield Found(
            path=function.path,
            node=late.node,
            message=f"{function.name} reads {late.written} after the commit{where}: {why}",
            hint=hint,
            severity="warning" if late.relation else None,
            context=function.qualname,
            fix=_fix(index, receiver, late),
        )


def _fix(index: Index, receiver: Receiver, late: Late) -> Fix | None:
    function = receiver.function
    callback = late.callback
    if callback is None or not isinstance(callback.node, ast.Lambda):
        return None
    every = [one for one in late_keys(index, receiver) if one.callback is not None]
    mine = [one for one in every if one.callback and one.callback.node is callback.node]
    if any(one.relation for one in mine):
        return _by_column(index, receiver, mine)
    return freezing_fix(index, function, callback.node, "pk", [one.node for one in mine])


def _by_column(index: Index, receiver: Receiver, mine: list[Late]) -> Fix | None:
    """Return the fix that reads the column of the foreign key, where only the key is asked for."""
    model = sender_model(index, receiver)
    if model is None:
        return None
    edits = []
    for one in mine:
        node = one.node
        field = model.field(one.relation) if one.relation else None
        target = index.model(field.target) if field is not None else None
        plain = field is not None and "to_field" not in field.options
        keys = key_names(target) if target is not None else frozenset({"pk"})
        if not plain or not isinstance(node, ast.Attribute) or node.attr not in keys:
            return None
        written = f"{ast.unparse(node.value)}_id"
        edits.append(replacing(index, receiver.function.path, node, written))
    return Fix("read the column of the foreign key", tuple(edits), safe=True)


RULE = Rule(
    "SG413",
    "late-key",
    "error",
    on_receiver=check,
    fix="safe",
    safety="The lambda gets the key as a default, which is evaluated immediately, or reads the "
    "column of the foreign key. Nested functions and helpers are left to you.",
)
