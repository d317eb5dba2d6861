"""The reverse side of a one-to-one relation, read after a save as if it always existed.

Flags
-----
`instance.profile` in a receiver of `pre_save` or `post_save`, where `profile` is the reverse
accessor of a `OneToOneField`, and nothing around it ensures that there is a row. An info if
another receiver of the sender makes the row, for new ones at least.

Why it matters
--------------
If no row points at the instance, reading the attribute raises `RelatedObjectDoesNotExist`: for
users older than the profile, for rows from fixtures, and when receivers run in another order:
https://docs.djangoproject.com/en/stable/topics/db/examples/one_to_one/

Bad
---
```python
from django.db.models.signals import post_save
from django.dispatch import receiver

from shop.models import Order


@receiver(post_save, sender=Order)
def save_invoice(sender, instance, **kwargs):
    instance.invoice.save()  # SG403
```

Good
----
```python
from django.db.models.signals import post_save
from django.dispatch import receiver

from shop.models import Order


@receiver(post_save, sender=Order)
def save_invoice(sender, instance, **kwargs):
    if hasattr(instance, "invoice"):
        instance.invoice.save()
```
```python
from django.db.models.signals import post_save
from django.dispatch import receiver

from shop.models import Invoice, Order


@receiver(post_save, sender=Order)
def save_invoice(sender, instance, created, **kwargs):
    if created:
        Invoice.objects.create(order=instance)
    instance.invoice.save()
```

Stays silent when
-----------------
- any test around it or before it names the relation or its model, or it is in a `try`;
- the receiver creates the other row, or assigns the attribute;
- the field creates the row itself (`AutoOneToOneField`).

Known misses
------------
- relations with an unknown target, helpers, and the children of multi-table inheritance.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.check.engine.rule import Found, Rule
from signalgen.dotted import dotted
from signalgen.facts.orm import CREATING
from signalgen.flow.function.guards import conditions, in_try
from signalgen.flow.function.signature import SAVE, has_signal, names_of
from signalgen.index.models.relations import Relation, points_at, relations, same_model
from signalgen.index.reading.resolving import resolve
from signalgen.index.reading.walking import nodes_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index
    from signalgen.values.index import FunctionRef, Receiver


def check(receiver: Receiver, index: Index) -> Iterator[Found]:
    """Yield the first unguarded read of each one-to-one relation that points at the sender."""
    function = receiver.function
    if not has_signal(receiver, SAVE) or not receiver.senders:
        return
    names = names_of(function, "instance")
    seen: set[str] = set()
    for node in nodes_in(function.node):
        if (
            not isinstance(node, ast.Attribute)
            or not isinstance(node.value, ast.Name)
            or node.value.id not in names
        ):
            continue
        if node.attr in seen or not isinstance(node.ctx, ast.Load):
            continue
        relation = _relation(index, receiver, node.attr)
        if relation is None or _is_sure(index, function, node, relation):
            continue
        seen.add(node.attr)
        model = relation.model.rpartition(".")[2]
        yield Found(
            path=function.path,
            node=node,
            message=f"{function.name} reads {node.value.id}.{node.attr}, "
            f"but there may be no {model} for it",
            hint=f'ask hasattr({node.value.id}, "{node.attr}") first, or create the row with '
            "get_or_create",
            severity="info" if _is_made_at_first(index, receiver, relation) else None,
            context=function.qualname,
        )


def _relation(index: Index, receiver: Receiver, attribute: str) -> Relation | None:
    return next(
        (
            item
            for item in relations(index, b"OneToOneField")
            if item.accessor == attribute
            and item.type == "OneToOneField"
            and any(points_at(index, item, sender) for sender in receiver.senders)
        ),
        None,
    )


def _is_made_at_first(index: Index, receiver: Receiver, relation: Relation) -> bool:
    """Tell whether another receiver of the sender makes the row, for new ones at least."""
    return any(
        _makes(index, other.function, node, relation)
        for other in index.everything().receivers
        if other.function is not receiver.function
        and has_signal(other, SAVE)
        and any(same_model(index, a, b) for a in other.senders for b in receiver.senders)
        for node in nodes_in(other.function.node)
    )


def _is_sure(index: Index, function: FunctionRef, node: ast.Attribute, relation: Relation) -> bool:
    """Tell whether a test, try, create or assignment in the receiver makes the read safe."""
    if in_try(function, node):
        return True
    if any(_names(item.test, node, relation) for item in conditions(function, node)):
        return True
    return any(_makes(index, function, item, relation) for item in nodes_in(function.node))


def _names(test: ast.expr, node: ast.Attribute, relation: Relation) -> bool:
    for item in ast.walk(test):
        if isinstance(item, ast.Constant) and item.value == relation.accessor:
            return True
        # The read itself as the test, ``if instance.profile:``, is no protection.
        if isinstance(item, ast.Attribute) and item is not node and item.attr == relation.accessor:
            return True
        if isinstance(item, ast.Name) and item.id == relation.model.rpartition(".")[2]:
            return True
    return False


def _makes(index: Index, function: FunctionRef, node: ast.AST, relation: Relation) -> bool:
    if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
        return node.attr == relation.accessor
    if not isinstance(node, ast.Call):
        return False
    written = dotted(node.func)
    head, _, last = written.partition(".objects.")
    if last and last not in CREATING:
        return False
    return bool(head) and resolve(index.code, function.path, head, function) == relation.model


RULE = Rule("SG403", "reverse-one-to-one", "warning", on_receiver=check)
