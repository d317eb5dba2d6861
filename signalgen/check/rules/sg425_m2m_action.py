"""A receiver of m2m_changed that misreads `action`, or does its work twice.

Flags
-----
In a receiver of `m2m_changed`: `action` compared with a word that Django never sends (`"add"`,
`"remove"`). As a warning: rows created, mail, tasks or requests, where `action` is never tested.

Why it matters
--------------
Every change sends the signal twice, with `pre_add` and `post_add`, `pre_remove` and `post_remove`,
`pre_clear` and `post_clear`. Any other word never matches; without a test the work is done twice:
https://docs.djangoproject.com/en/stable/ref/signals/#m2m-changed

Bad
---
```python
from django.db.models.signals import m2m_changed
from django.dispatch import receiver

from shop.models import Order


@receiver(m2m_changed, sender=Order.tags.through)
def tell(sender, instance, action, **kwargs):
    if action == "add":  # SG425
        print("tagged")
```
```python
from django.db.models.signals import m2m_changed
from django.dispatch import receiver

from shop.models import Order, Tag


@receiver(m2m_changed, sender=Order.tags.through)
def log(sender, instance, **kwargs):
    Tag.objects.create(name="changed")  # SG425
```

Good
----
```python
from django.db.models.signals import m2m_changed
from django.dispatch import receiver

from shop.models import Order


@receiver(m2m_changed, sender=Order.tags.through)
def tell(sender, instance, action, **kwargs):
    if action == "post_add":
        print("tagged")
```

Stays silent when
-----------------
- `action` is compared with an unknown value, or by `startswith` and `endswith`;
- `action` or all of `**kwargs` is passed on, or the receiver is connected to other signals as well.

Known misses
------------
- helpers, constants for the words, and work that waits for the commit.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.check.engine.rule import Found, Rule
from signalgen.facts.orm import BULK_CREATING, NEW_ROWS
from signalgen.flow.effects.effects import effect_of
from signalgen.flow.function.actions import unknown_actions
from signalgen.flow.function.signature import M2M, mentions, mentions_argument
from signalgen.flow.reach.reach import own_calls
from signalgen.flow.rows.orm import manager_model

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.flow.reach.reach import Reached
    from signalgen.index import Index
    from signalgen.values.index import Receiver


_ONCE = frozenset({"task", "mail", "http", "channel"})


def check(receiver: Receiver, index: Index) -> Iterator[Found]:
    """Yield each word that is never sent, or the first work that is done twice."""
    function = receiver.function
    if not receiver.signals or not {*receiver.signals} <= M2M:
        return
    for node in unknown_actions(function):
        yield Found(
            path=function.path,
            node=node,
            message=f"{function.name} tests for the action {node.value!r}, which is never sent",
            hint=f"post_{node.value}, or pre_{node.value}"
            if node.value in ("add", "remove", "clear")
            else "pre_ or post_, and add, remove or clear",
            context=function.qualname,
        )
    kwargs = function.node.args.kwarg
    spread = frozenset({kwargs.arg}) if kwargs is not None else frozenset[str]()
    if mentions_argument(function.node, function, "action") or mentions(function.node, spread):
        return
    for item in own_calls(index, function):
        what = _twice(index, item)
        if what:
            yield Found(
                path=function.path,
                node=item.call,
                message=f"{function.name} {what} for every action: twice for each change",
                hint='if action == "post_add": …',
                severity="warning",
                context=function.qualname,
            )
            return


def _twice(index: Index, item: Reached) -> str:
    func = item.call.func
    made = isinstance(func, ast.Attribute) and func.attr in NEW_ROWS | BULK_CREATING
    if made and index.model(manager_model(index, item.function, item.call)) is not None:
        return "creates rows"
    effect = effect_of(index, item)
    return effect.verb if effect is not None and effect.kind in _ONCE else ""


RULE = Rule("SG425", "m2m-action", "error", on_receiver=check, default=False)
