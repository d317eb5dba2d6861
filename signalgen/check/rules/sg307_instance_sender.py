"""A signal that is sent with an instance while receivers filter by class.

Flags
-----
`.send(sender=self)` in a method, while some receiver of that signal is connected with a class as
its sender.

Why it matters
--------------
The sender is compared by identity. An instance is not a class, so this send calls none of the
receivers that are connected with one:
https://docs.djangoproject.com/en/stable/topics/signals/#sending-signals

Bad
---
```python
from django.dispatch import Signal, receiver

order_paid = Signal()


class Payment:
    def settle(self, order):
        order_paid.send(sender=self, order=order)  # SG307


@receiver(order_paid, sender=Payment)
def on_paid(sender, order, **kwargs): ...
```

Good
----
```python
from django.dispatch import Signal, receiver

order_paid = Signal()
order_sent = Signal()


class Payment:
    def settle(self, order):
        order_paid.send(sender=self.__class__, order=order)
        order_sent.send(sender=self, order=order)


@receiver(order_paid, sender=Payment)
def on_paid(sender, order, **kwargs): ...


@receiver(order_sent)
def on_sent(sender, order, **kwargs): ...
```

Stays silent when
-----------------
- no receiver in the project is connected with a class;
- `self` is a class itself, in a metaclass, or the method rebinds the name.

Known misses
------------
- instances under any other name: `.send(sender=order)`.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.check.engine.rule import Found, Rule
from signalgen.check.fixes.edits import replacing
from signalgen.dotted import dotted
from signalgen.flow.connections.senders import literal
from signalgen.flow.function.signature import short
from signalgen.index.reading.given import argument
from signalgen.index.reading.resolving import find_class
from signalgen.values.check import Fix

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index
    from signalgen.values.index import Connection, FunctionRef


def check(index: Index) -> Iterator[Found]:
    """Yield each send with ``self`` that receivers of a class miss."""
    filtering: dict[str, Connection] = {}
    for item in index.connections:
        for signal in item.signals:
            if _asks_for_class(index, item):
                filtering.setdefault(signal, item)
    for call in index.signal_calls() if filtering else ():
        sender = argument(call.call, "sender", 0)
        missed = filtering.get(call.signal)
        if missed is None or call.scope is None or call.method == "disconnect":
            continue
        if isinstance(sender, ast.Name) and _is_instance(call.scope, sender.id):
            changed = replacing(index, call.path, sender, f"{sender.id}.__class__")
            yield Found(
                path=call.path,
                node=sender,
                message=(
                    f"{short(call.signal)} is sent with an instance, "
                    f"but {missed.written} ({missed.path}:{getattr(missed.node, 'lineno', 1)}) "
                    "is connected with a class"
                ),
                hint=f"send it with {sender.id}.__class__, and the instance as an argument",
                context=call.scope.qualname,
                fix=Fix("send it with the class", (changed,), safe=False),
            )


def _asks_for_class(index: Index, item: Connection) -> bool:
    return literal(item.sender) is None and any(
        find_class(index.code, sender) is not None or index.model(sender) is not None
        for sender in item.senders
    )


def _is_instance(scope: FunctionRef, name: str) -> bool:
    # A nested function sees the ``self`` of its method unless a parameter hides it.
    method = scope
    while method.outer is not None:
        if any(
            item.arg == name for item in ast.walk(method.node.args) if isinstance(item, ast.arg)
        ):
            return False
        method = method.outer
    if name != "self" or method.cls is None or isinstance(method.node, ast.Lambda):
        return False
    if any(dotted(item) in ("classmethod", "staticmethod") for item in method.node.decorator_list):
        return False
    if any(
        # The ``self`` of a metaclass is a class.
        dotted(base) in ("type", "ModelBase") or dotted(base).endswith("Meta")
        for base in method.cls.bases
    ):
        return False
    parameters = [*method.node.args.posonlyargs, *method.node.args.args]
    rebound = any(
        isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store)
        for node in ast.walk(method.node)
    )
    return bool(parameters) and parameters[0].arg == name and not rebound


RULE = Rule(
    "SG307",
    "instance-sender",
    "error",
    on_project=check,
    fix="unsafe",
    safety="Receivers that use the instance no longer get it as the sender.",
)
