"""A custom signal that is never sent with the sender that a receiver names.

Flags
-----
- a receiver of a project signal whose sender is a class of the project, while every `send` names
  another class, even its base or subclass;
- a dict or a list as the sender of a `send`: `order_paid.send({"order": order})`.

Why it matters
--------------
The sender is compared by identity, and inheritance does not matter: the receiver never runs. The
first argument of `send` is the sender; what receivers need is passed by keyword:
https://docs.djangoproject.com/en/stable/topics/signals/#sending-signals

Bad
---
```python
from django.dispatch import Signal, receiver

from shop.views import ContactView, SupportView

before_send = Signal()
order_paid = Signal()


@receiver(before_send, sender=SupportView)  # SG309
def check(sender, data, **kwargs): ...


def submit(data):
    before_send.send(sender=ContactView, data=data)


def pay(order):
    order_paid.send({"order": order})  # SG309
# file: shop/views.py
class ContactView: ...


class SupportView(ContactView): ...
```

Good
----
```python
from django.dispatch import Signal, receiver

from shop.views import SupportView

before_send = Signal()


@receiver(before_send, sender=SupportView)
def check(sender, data, **kwargs): ...


def submit(view, data):
    before_send.send(sender=type(view), data=data)
# file: shop/views.py
class ContactView: ...


class SupportView(ContactView): ...
```

Stays silent when
-----------------
- the sender of one `send` is not known, is `type(…)` of anything but `self`, or comes in
  `**kwargs`;
- nothing in the project sends the signal;
- the receiver names several senders, or a class from outside the project.

Known misses
------------
- signals of packages, and signals that only tests send.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.check.engine.rule import Found, Rule
from signalgen.dotted import dotted
from signalgen.flow.connections.senders import context, is_plain, place_of
from signalgen.flow.function.signature import short
from signalgen.flow.rows.unheard import other_senders
from signalgen.index.reading.given import argument
from signalgen.index.reading.listed import assigned_value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index
    from signalgen.values.index import SignalCall

_VALUES = (ast.Dict, ast.DictComp, ast.List, ast.ListComp)


def check(index: Index) -> Iterator[Found]:
    """Yield the receivers that no send reaches, and the sends with data for a sender."""
    for item in index.connections:
        for signal in item.signals:
            names = other_senders(index, item, signal)
            if names:
                own = item.senders[0].rpartition(".")[2]
                yield Found(
                    path=item.path,
                    node=place_of(item),
                    message=f"{short(signal)} is never sent by {own}, only by {', '.join(names)}",
                    hint="name that class, or send it with type(self)",
                    context=context(item),
                )
    for call in index.signal_calls():
        if call.method != "disconnect" and is_plain(index, call.signal) and _is_data(call):
            yield Found(
                path=call.path,
                node=call.call,
                message=f"the first argument of {short(call.signal)}.{call.method}() is the "
                f"sender, not data for receivers",
                hint="pass the data by keyword: send(sender=…, order=order)",
                context=call.scope.qualname if call.scope is not None else short(call.signal),
            )


def _is_data(call: SignalCall) -> bool:
    node = argument(call.call, "sender", 0)
    if isinstance(node, ast.Name) and call.scope is not None:
        node = assigned_value(call.scope, node.id)
    return isinstance(node, _VALUES) or (isinstance(node, ast.Call) and dotted(node.func) == "dict")


RULE = Rule("SG309", "other-sender", "warning", on_project=check)
