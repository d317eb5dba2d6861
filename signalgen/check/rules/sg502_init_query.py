"""A query or slow work each time that a row is turned into an object.

Flags
-----
A query, a relation that is followed, a request, a task or mail in a receiver of `pre_init` or
`post_init` or in its helpers.

Why it matters
--------------
These signals are sent for every object that a queryset makes: a list of a hundred rows runs a
hundred more queries. Django warns of it:
https://docs.djangoproject.com/en/stable/ref/signals/#post-init

Bad
---
```python
from django.db.models.signals import post_init
from django.dispatch import receiver

from shop.models import Line, Order


@receiver(post_init, sender=Order)
def count_lines(sender, instance, **kwargs):
    instance.line_count = Line.objects.filter(order_id=instance.pk).count()  # SG502
```
```python
from django.db.models.signals import post_init
from django.dispatch import receiver

from shop.models import Order


@receiver(post_init, sender=Order)
def keep_address(sender, instance, **kwargs):
    instance.address = instance.user.email  # SG502
```

Good
----
```python
from django.db.models.signals import post_init
from django.dispatch import receiver

from shop.models import Order


@receiver(post_init, sender=Order)
def keep_number(sender, instance, **kwargs):
    instance.old_number = instance.__dict__.get("number")
    instance.old_user = instance.user_id
```

Stays silent when
-----------------
- only the columns of the row itself are read;
- the call is not certainly a query or an effect.

Known misses
------------
- columns that a queryset deferred: reading one also runs a query.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.check.engine.rule import Found, Rule
from signalgen.flow.effects.effects import effect_of
from signalgen.flow.function.guards import conditions
from signalgen.flow.function.signature import MODEL_SIGNALS, has_signal, names_of, short
from signalgen.flow.reach.arguments import possible
from signalgen.flow.rows.orm import is_query
from signalgen.index.models.relations import sender_model

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index
    from signalgen.values.index import FunctionRef, Receiver

_INIT = frozenset({MODEL_SIGNALS + "pre_init", MODEL_SIGNALS + "post_init"})
_KEYS = frozenset({"pk", "id"})
_SLOW = frozenset({"task", "mail", "http", "channel", "process", "sleep"})


def check(receiver: Receiver, index: Index) -> Iterator[Found]:
    """Yield the first slow thing that a receiver does for every object."""
    if not has_signal(receiver, _INIT):
        return
    function = receiver.function
    first = next(_slow(receiver, index), None)
    if first is None:
        return
    node, what = first
    signal = next(short(name) for name in receiver.signals if name in _INIT)
    yield Found(
        path=function.path,
        node=node,
        message=f"{function.name} {what} in {signal}, for every object that is made",
        hint="read it where it is needed, or in the query: annotate(), select_related()",
        severity="info" if _is_seldom(function, node) else None,
        context=function.qualname,
    )


def _slow(receiver: Receiver, index: Index) -> Iterator[tuple[ast.AST, str]]:
    for item in possible(index, receiver.function):
        effect = effect_of(index, item)
        below = f" (in {item.chain[-1].qualname}, {item.function.path})" if item.chain else ""
        if is_query(index, item.function, item.call):
            yield item.entry, f"runs a query{below}"
        elif effect is not None and effect.kind in _SLOW:
            yield item.entry, f"{effect.verb}{below}"
    # Calls come first; following a foreign key is a mere attribute access.
    node = _followed(receiver, index)
    if node is not None:
        yield node, f"follows the relation {node.attr}"


def _is_seldom(function: FunctionRef, node: ast.AST) -> bool:
    """Tell whether a column that is not filled yet limits it to rows of some kind."""
    names = names_of(function, "instance")
    return any(
        isinstance(item, ast.Compare)
        and isinstance(item.left, ast.Attribute)
        and item.left.attr not in _KEYS
        and isinstance(item.left.value, ast.Name)
        and item.left.value.id in names
        and any(isinstance(part, ast.Constant) and part.value is None for part in item.comparators)
        for condition in conditions(function, node)
        for item in ast.walk(condition.test)
    )


def _followed(receiver: Receiver, index: Index) -> ast.Attribute | None:
    model = sender_model(index, receiver)
    names = names_of(receiver.function, "instance")
    for node in ast.walk(receiver.function.node):
        if (
            not isinstance(node, ast.Attribute)
            or not isinstance(node.value, ast.Name)
            or model is None
        ):
            continue
        field = model.field(node.attr)
        read = node.value.id in names and isinstance(node.ctx, ast.Load)
        if read and field is not None and field.kind in ("fk", "one_to_one"):
            return node
    return None


RULE = Rule("SG502", "init-query", "error", on_receiver=check)
