"""A signal that is sent without an argument that it declares.

Flags
-----
A `send` of a project's signal that leaves out an argument which the signal is declared with: in
`providing_args`, in a comment that replaced it, or in a comment `Arguments: order, payment.` above
the signal.

Why it matters
--------------
Receivers are written for what a signal declares. One that takes the argument raises a TypeError in
the middle of the sender's work, and Django itself checks nothing:
https://docs.djangoproject.com/en/stable/topics/signals/#sending-signals

Bad
---
```python
from django.dispatch import Signal

# Arguments: order (Order), payment (Payment).
order_paid = Signal()


def settle(order, payment):
    order_paid.send(sender=type(order), order=order)  # SG411
```

Good
----
```python
from django.dispatch import Signal

# Arguments: order (Order), payment (Payment).
order_paid = Signal()


def settle(order, payment):
    order_paid.send(sender=type(order), order=order, payment=payment)
```

Stays silent when
-----------------
- the send has `**kwargs`;
- the signal does not declare its arguments.

Known misses
------------
- declarations in other words, and signals of packages.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from signalgen.check.engine.rule import Found, Rule
from signalgen.flow.function.signature import short
from signalgen.flow.handing.declared import declared_arguments

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index

_OWN = frozenset({"sender", "signal"})


def check(index: Index) -> Iterator[Found]:
    """Yield each send that leaves out a declared argument."""
    for item in index.signal_calls():
        signal = index.signals.definition(item.signal) if item.method != "disconnect" else None
        declared = declared_arguments(index, signal) if signal is not None else ()
        given = {word.arg for word in item.call.keywords}
        missing = [name for name in declared if name not in given | _OWN]
        if signal is None or not missing or None in given:
            continue
        surplus = sorted(name for name in given if name and name not in {*declared, *_OWN})
        near = get_close_matches(missing[0], surplus, n=1)
        yield Found(
            path=item.path,
            node=item.call,
            message=f"{short(item.signal)} is sent without {', '.join(missing)}, which it declares "
            f"({signal.path}:{signal.node.lineno})",
            hint=f"call {near[0]} {missing[0]}" if near else f"pass {', '.join(missing)}",
            context=short(item.signal),
        )


RULE = Rule("SG411", "short-send", "warning", on_project=check, default=False)
