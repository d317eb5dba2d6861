"""A receiver that is registered without a ``dispatch_uid``. Off unless selected.

Flags
-----
A registration without a `dispatch_uid`.

Why it matters
--------------
A module-level function needs none: Django knows it by its identity. A uid also works when a module
is imported under two names, and a disconnect can use it:
https://docs.djangoproject.com/en/stable/topics/signals/#preventing-duplicate-signals

Bad
---
```python
from django.db.models.signals import post_save
from django.dispatch import receiver

from shop.models import Order


@receiver(post_save, sender=Order)  # SG107
def on_order_saved(sender, instance, **kwargs): ...
```

Good
----
```python
from django.db.models.signals import post_save
from django.dispatch import receiver

from shop.models import Order


@receiver(post_save, sender=Order, dispatch_uid="shop.signals.on_order_saved")
def on_order_saved(sender, instance, **kwargs): ...
```

Stays silent when
-----------------
- arguments are passed on as `**options`, or a project decorator registers the function;
- a bound method is connected: with a uid, only the method of the first object would be.

Known misses
------------
- none known.
"""

from __future__ import annotations

import ast
from collections import Counter
from typing import TYPE_CHECKING

from signalgen.check.engine.rule import Found, Rule
from signalgen.check.fixes.edits import add_argument
from signalgen.dotted import dotted
from signalgen.flow.function.signature import short
from signalgen.index.memo import answered_once
from signalgen.index.reading.given import argument
from signalgen.values.check import Fix

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index
    from signalgen.values.index import Connection, Receiver


def check(receiver: Receiver, index: Index) -> Iterator[Found]:
    """Yield the registrations of a receiver that have no uid."""
    function = receiver.function
    for item in receiver.connections:
        call = _registering(item)
        if item.uid is not None or call is None or _is_of_object(item):
            continue
        if any(keyword.arg in (None, "dispatch_uid") for keyword in call.keywords):
            continue
        signal = short(item.signals[0]) if item.signals else "its signal"
        yield Found(
            path=item.path,
            node=item.node,
            message=f"{function.name} is registered for {signal} without a dispatch_uid",
            hint=f'add dispatch_uid="{function.dotted}"',
            context=function.qualname,
            fix=_fix(index, item, call),
        )


def _registering(item: Connection) -> ast.Call | None:
    # In ``receiver(…)(function)`` it is the inner call that takes the uid.
    if item.call is not None and isinstance(item.call.func, ast.Call):
        return item.call.func
    return item.call


def _is_of_object(item: Connection) -> bool:
    """Tell whether a bound method is connected, such as ``self.method``."""
    function = item.receiver
    if function is None or function.cls is None or item.style == "receiver":
        return False
    decorators = getattr(function.node, "decorator_list", [])
    return not any(dotted(decorator) in ("staticmethod", "classmethod") for decorator in decorators)


def _fix(index: Index, item: Connection, call: ast.Call) -> Fix | None:
    """Return the edit that adds a uid, None unless it is safe for this function."""
    function = item.receiver
    if function is None or function.cls is not None or function.outer is not None:
        return None
    often, disconnected = _names(index)
    if isinstance(function.node, ast.Lambda) or isinstance(item.target, ast.Call):
        return None
    if _places(index.everything())[id(item.node)] > 1:
        return None  # a loop connects several functions, and each needs its own uid
    if function.dotted in often or function.name in disconnected or function.module.startswith("<"):
        return None
    edit = add_argument(index, item.path, call, f'dispatch_uid="{function.dotted}"')
    return Fix("add a dispatch_uid", (edit,))


@answered_once
def _places(index: Index) -> Counter[int]:
    """Return how many connections there are at each node."""
    return Counter(id(item.node) for item in index.connections)


@answered_once
def _names(index: Index) -> tuple[frozenset[str], frozenset[str]]:
    """Return the names that several receivers share, and the last names of what is disconnected."""
    times = Counter(item.function.dotted for item in index.receivers)
    often = frozenset(name for name, count in times.items() if count > 1)
    calls = (call.call for call in index.signal_calls() if call.method == "disconnect")
    handlers = (dotted(argument(call, "receiver", 0)) for call in calls)
    return often, frozenset(name.rpartition(".")[2] for name in handlers)


RULE = Rule(
    "SG107",
    "missing-dispatch-uid",
    "info",
    on_receiver=check,
    default=False,
    fix="safe",
    safety="Offered for plain functions of a module that nothing disconnects by identity.",
)
