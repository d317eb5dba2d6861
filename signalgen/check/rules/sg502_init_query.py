"""A query or slow work each time that a model instance is created.

Flags
-----
A query, a relation that is followed, a request, a task or mail in a receiver of `pre_init` or
`post_init` or in its helpers. Also columns that the receiver reads while `only()`, `defer()`,
`refresh_from_db(fields=…)` or a deletion that cascades leaves them out, which never ends with two
columns. Where nothing of the project is seen to leave them out, two columns are information.

Why it matters
--------------
These signals are sent for every instance that a queryset creates: a list of a hundred rows runs a
hundred more queries. Django warns against it:
https://docs.djangoproject.com/en/stable/ref/signals/#post-init

A column that was not loaded is loaded when it is read, into a second object, for which `post_init`
is sent again. If the receiver reads two columns, the one that was loaded for the first lacks the
second, that for the second lacks the first, and so on to a `RecursionError`. A deletion that
cascades loads rows by key alone unless a receiver is connected to their deletion.
`model_to_dict()` reads all columns.

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
```python
from django.db.models.signals import post_init
from django.dispatch import receiver

from shop.models import Order


@receiver(post_init, sender=Order)
def keep_both(sender, instance, **kwargs):
    instance.before = (instance.number, instance.email)  # SG502
# file: shop/views.py
from shop.models import Order


def numbers(request):
    return list(Order.objects.only("number"))
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
- one column of the row is read, and nothing of the project loads rows without it;
- `instance.__dict__` is asked, or a condition asks `get_deferred_fields()`, or the row is new;
- the call is not certainly a query or an effect.

Known misses
------------
- columns that are read by names that are computed.
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
from signalgen.flow.rows.unloaded import unloaded
from signalgen.index.models.relations import sender_model

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index
    from signalgen.values.check import Severity
    from signalgen.values.index import FunctionRef, Receiver

_INIT = frozenset({MODEL_SIGNALS + "pre_init", MODEL_SIGNALS + "post_init"})
_POST = frozenset({MODEL_SIGNALS + "post_init"})
_KEYS = frozenset({"pk", "id"})
_SLOW = frozenset({"task", "mail", "http", "channel", "process", "sleep"})


def check(receiver: Receiver, index: Index) -> Iterator[Found]:
    """Yield the first slow thing that a receiver does for every object."""
    if not has_signal(receiver, _INIT):
        return
    function = receiver.function
    first = next(_slow(receiver, index), None)
    if first is None:
        yield from _unloaded(receiver, index)
        return
    node, what = first
    signal = next(short(name) for name in receiver.signals if name in _INIT)
    yield Found(
        path=function.path,
        node=node,
        message=f"{function.name} {what} in {signal}, for every instance that is created",
        hint="read it where it is needed, or in the query: annotate(), select_related()",
        severity="info" if _is_seldom(function, node) else None,
        context=function.qualname,
    )


def _unloaded(receiver: Receiver, index: Index) -> Iterator[Found]:
    if not has_signal(receiver, _POST):
        return
    function, found = receiver.function, unloaded(index, receiver)
    if found is None or not (found.endless or found.where):
        return
    reads = f"{function.name} reads {found.columns} columns of the row in post_init"
    ends = "each loads an object for which it runs again, without end"
    message = f"{reads}: where {found.where or 'only() or defer()'} leaves one out, {ends}"
    if not found.endless:
        message = (
            f"{function.name} reads a column in post_init that {found.where} leaves out: "
            "it is queried for each object"
        )
    severity: Severity | None = None if found.where else "info"
    yield Found(
        path=function.path,
        node=found.node,
        message=message,
        hint="take it from instance.__dict__, which has what was loaded",
        severity=severity if found.endless else "warning",
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
