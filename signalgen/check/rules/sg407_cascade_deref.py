"""A deletion receiver that relies on rows that the same deletion removes.

Flags
-----
In a receiver of `post_delete`: the rows that pointed at `instance`, read through the reverse
accessor of a cascading foreign key. In a receiver of `pre_delete` or `post_delete`: a save of a
parent of `instance`, with which the deletion may have started.

Why it matters
--------------
`post_delete` is sent after the children are gone, so there is nothing to read. If the parent itself
is deleted, its children go first: saving it is wasted, or fails. The argument `origin` is the row
or queryset with which the deletion started:
https://docs.djangoproject.com/en/stable/ref/signals/#pre-delete

Bad
---
```python
from django.db.models.signals import post_delete
from django.dispatch import receiver

from shop.models import Order


@receiver(post_delete, sender=Order)
def forget_lines(sender, instance, **kwargs):
    for line in instance.lines.all():  # SG407
        print(line.name)
```
```python
from django.db.models.signals import post_delete
from django.dispatch import receiver

from shop.models import Line


@receiver(post_delete, sender=Line)
def touch_order(sender, instance, **kwargs):
    instance.order.save()  # SG407
```

Good
----
```python
from django.db.models.signals import pre_delete
from django.dispatch import receiver

from shop.models import Order


@receiver(pre_delete, sender=Order)
def forget_lines(sender, instance, **kwargs):
    for line in instance.lines.all():
        print(line.name)
```
```python
from django.db.models.signals import post_delete
from django.dispatch import receiver

from shop.models import Line


@receiver(post_delete, sender=Line)
def touch_order(sender, instance, origin, **kwargs):
    if origin is instance:
        instance.order.save()
```

Stays silent when
-----------------
- the receiver looks at `origin`, or the use is in a `try`;
- the foreign key does not cascade, or it is not certain that it does;
- it runs after the commit.

Known misses
------------
- parents that are only read, and helpers.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.check.engine.rule import Found, Rule
from signalgen.flow.function.guards import in_try
from signalgen.flow.function.signature import (
    DELETE,
    MODEL_SIGNALS,
    has_signal,
    mentions_argument,
    names_of,
)
from signalgen.flow.reach.reach import own_calls
from signalgen.index.models.relations import (
    RELATED_READS,
    cascades,
    owning,
    points_at,
    relations,
    sender_model,
)
from signalgen.index.reading.listed import assigned_value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index
    from signalgen.values.index import FunctionRef, ModelInfo, Receiver

_POST_DELETE = MODEL_SIGNALS + "post_delete"


def check(receiver: Receiver, index: Index) -> Iterator[Found]:
    """Yield reads of children that are gone, and saves of parents that may be going."""
    function = receiver.function
    if not has_signal(receiver, DELETE) or mentions_argument(function.node, function, "origin"):
        return
    model = sender_model(index, receiver)
    if model is None:
        return
    for item in own_calls(index, function):
        func = item.call.func
        if item.deferred or item.function is not function or not isinstance(func, ast.Attribute):
            continue
        why = ""
        if func.attr in RELATED_READS and receiver.signals == (_POST_DELETE,):
            why = _gone(index, receiver, model, func.value)
        elif func.attr == "save":
            why = _going(index, function, model, func.value)
        if why and not in_try(function, item.call):
            yield Found(
                path=function.path,
                node=item.call,
                message=f"{function.name} {why}",
                hint="read it in pre_delete"
                if func.attr in RELATED_READS
                else "test origin, the row or queryset with which the deletion started",
                context=function.qualname,
            )


def _attribute(function: FunctionRef, node: ast.expr) -> str:
    """Return the name in ``instance.name``, also through a local name; empty for anything else."""
    if isinstance(node, ast.Name):
        node = assigned_value(function, node.id) or node
    if not isinstance(node, ast.Attribute) or not isinstance(node.value, ast.Name):
        return ""
    return node.attr if node.value.id in names_of(function, "instance") else ""


def _gone(index: Index, receiver: Receiver, model: ModelInfo, node: ast.expr) -> str:
    name = _attribute(receiver.function, node)
    if not name or model.field(name) is not None:
        return ""
    needle = b"ForeignKey(" if name.endswith("_set") else f'related_name="{name}"'.encode()
    found = [*relations(index, needle), *relations(index, needle.replace(b'"', b"'"))]
    fits = any(
        item.accessor == name
        and points_at(index, item, receiver.senders[0])
        and cascades(item.call)
        for item in found
    )
    return f"reads {name} in post_delete, after the deletion has removed them" if fits else ""


def _going(index: Index, function: FunctionRef, model: ModelInfo, node: ast.expr) -> str:
    name = _attribute(function, node)
    field = model.field(name) if name else None
    if field is None or field.kind not in ("fk", "one_to_one"):
        return ""
    owner = owning(index, model, name)
    if owner is None or not cascades(owner.call):
        return ""
    return f"saves {name}, which may be part of the same deletion"


RULE = Rule("SG407", "cascade-deref", "info", on_receiver=check)
