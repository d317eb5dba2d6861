"""A signal that is created and sent inside one function.

Flags
-----
A `Signal()` bound to a local name of a function that only sends it.

Why it matters
--------------
A receiver has to be connected to the same object that is sent, and no other code can refer to this
one. The send does nothing; signals belong at module level:
https://docs.djangoproject.com/en/stable/topics/signals/#defining-signals

Bad
---
```python
from django.dispatch import Signal

from shop.models import Order


def settle(order):
    order_paid = Signal()  # SG702
    order_paid.send(sender=Order, order=order)
```

Good
----
```python
from django.dispatch import Signal

from shop.models import Order

order_paid = Signal()


def settle(order):
    order_paid.send(sender=Order, order=order)


def make(order):
    made = Signal()
    made.connect(print)
    made.send(sender=Order, order=order)
    return made
```

Stays silent when
-----------------
- the function returns the signal, connects to it, keeps it or passes it on;
- the name is global, or the function never sends it.

Known misses
------------
- `Signal().send(…)` without a name.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.check.engine.rule import Found, Rule
from signalgen.index.reading.resolving import binds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index
    from signalgen.values.index import FunctionRef

_SENDS = frozenset({"send", "send_robust", "asend", "asend_robust"})


def check(index: Index) -> Iterator[Found]:
    """Yield each local signal that is only ever sent."""
    for made in index.signal_definitions():
        name = made.name.rpartition(".")[2]
        if made.scope is None or not binds(made.scope, name) or not _is_only_sent(made.scope, name):
            continue
        yield Found(
            path=made.path,
            node=made.node,
            message=f"{name} is created and sent inside {made.scope.name}: nothing can ever be "
            "connected to it",
            hint="create the signal at module level",
            context=made.name,
        )


def _is_only_sent(scope: FunctionRef, name: str) -> bool:
    nodes = list(ast.walk(scope.node))
    used = [
        node
        for node in nodes
        if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load)
    ]
    sent = {
        id(node.func.value)
        for node in nodes
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in _SENDS
    }
    # locals() and vars() pass it on to unknown code.
    hidden = any(isinstance(node, ast.Name) and node.id in ("locals", "vars") for node in nodes)
    return bool(used) and all(id(node) in sent for node in used) and not hidden


RULE = Rule("SG702", "dead-local-signal", "error", on_project=check)
