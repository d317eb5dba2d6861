"""A receiver without a strong reference, which is gone before its signal is sent.

Flags
-----
A nested function, a lambda, a `partial`, the method of a temporary object, or the result of a
factory, connected weakly while nothing else refers to it.

Why it matters
--------------
Django keeps weak references to receivers. A receiver to which only the running function refers is
garbage-collected when that function returns, and the signal then silently calls nothing. With
`weak=False` the signal keeps its receiver alive. With `DEBUG = True` it is called anyway: Django
then checks the receiver's arguments with `inspect`, whose cache keeps it alive (measured on 4.2 to
6.1): https://docs.djangoproject.com/en/stable/topics/signals/#connecting-receiver-functions

Bad
---
```python
from django.db.models.signals import post_save

from shop.models import Order


def connect_counter(name):
    def count(sender, instance, **kwargs):
        print(name, instance.pk)

    post_save.connect(count, sender=Order)  # SG104
```
```python
from functools import partial

from django.db.models.signals import post_delete, post_save

from shop.models import Order


def tell(name, sender, **kwargs):
    print(name, sender)


post_save.connect(lambda sender, **kwargs: print(sender), sender=Order)  # SG104
post_delete.connect(partial(tell, "gone"), sender=Order)  # SG104
```

Good
----
```python
from django.db.models.signals import post_save

from shop.models import Order


def connect_counter(name):
    def count(sender, instance, **kwargs):
        print(name, instance.pk)

    post_save.connect(count, sender=Order, weak=False)


def connect_and_return(name):
    def count(sender, instance, **kwargs):
        print(name, instance.pk)

    post_save.connect(count, sender=Order)
    return count
```

Stays silent when
-----------------
- `weak` is given and is not a literal `True`;
- the enclosing function returns, stores, passes on or disconnects the receiver, yields, or reads
  what the receiver has collected: it may be meant to live only that long;
- a decorator above the receiver may hold it;
- the sender is an object that the enclosing function creates and then calls: that call sends the
  signal in time.

Known misses
------------
- methods of objects whose `__init__` passes `self` on, and factories defined outside the project.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.check.engine.rule import Found, Rule
from signalgen.check.fixes.edits import add_argument, replacing
from signalgen.flow.function.holding import (
    is_collected,
    is_fresh,
    is_held,
    is_sent_meanwhile,
)
from signalgen.flow.function.signature import short
from signalgen.values.check import Fix

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index
    from signalgen.values.index import Connection


def check(index: Index) -> Iterator[Found]:
    """Yield the connections whose receiver is collected at once."""
    for item in index.connections:
        if not _is_weak(item) or is_sent_meanwhile(item):
            continue
        kind = _dying(index, item)
        if kind:
            signal = short(item.signals[0]) if item.signals else "the signal"
            yield Found(
                path=item.path,
                node=item.node,
                message=f"{signal} holds {kind} weakly and nothing else refers to it: "
                "it is never called",
                hint="weak=False makes the signal hold it; with DEBUG on, Django's check of its "
                "arguments keeps it alive, so try it with DEBUG off",
                context=item.receiver.qualname if item.receiver is not None else item.written,
                fix=_fix(index, item),
            )


def _is_weak(item: Connection) -> bool:
    if item.call is not None and any(keyword.arg is None for keyword in item.call.keywords):
        return False  # **options may say weak=False
    return item.weak is None or (isinstance(item.weak, ast.Constant) and item.weak.value is True)


def _dying(index: Index, item: Connection) -> str:
    """Return a description of the receiver that is collected, empty if something may hold it."""
    if item.style == "receiver":
        function = item.receiver
        if (
            item.call is None
            or function is None
            or function.outer is None
            or function.cls is not None
        ):
            return ""
        if is_held(item.scope, function.name, function.node) or is_collected(
            item.scope, function.node
        ):
            return ""
        return f"the nested function {function.name}"
    if item.target is None:
        return ""
    return is_fresh(index, item.path, item.target, item.scope)


def _fix(index: Index, item: Connection) -> Fix | None:
    if item.call is None:
        return None
    if item.weak is not None:
        edit = replacing(index, item.path, item.weak, "False")
    else:
        # In ``receiver(…)(function)`` it is the inner call that takes ``weak``.
        call = item.call.func if isinstance(item.call.func, ast.Call) else item.call
        edit = add_argument(index, item.path, call, "weak=False")
    return Fix("add weak=False", (edit,), safe=False)


RULE = Rule(
    "SG104",
    "weak-local-receiver",
    "error",
    on_project=check,
    fix="unsafe",
    safety="With the fix the receiver runs, once more for each time that it is connected.",
)
