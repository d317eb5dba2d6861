"""A receiver that saves its own model and so calls itself.

Flags
-----
A save of the same model in a receiver of its `pre_save` or `post_save`, in its helpers or in
methods of the instance: of the instance, of a row that is loaded again (`get()`, `first()`, a loop,
`asave()`), or a `create` of the sender; and `add`, `remove` or `clear` of the many-to-many field
whose `m2m_changed` it receives. A receiver without a sender is called for every model: there any
save without a condition counts. Without a condition this is an endless recursion, an error; with
one it ends if the condition is right, an info. A condition that is also true in the second save
stops nothing: `created` does not stop code that creates another row in `post_save`, nor `not
created` code that saves the row once more, nor `_state.adding` code that saves the new row in
`pre_save`, nor `except DoesNotExist` code that saves an existing row. `save_base(raw=True)` sends
both signals too, with `raw=True`: only a receiver that asks for `raw` ends there.

Why it matters
--------------
Saving sends the signal again, and the receiver runs again inside itself until Python gives up with
a RecursionError: https://docs.djangoproject.com/en/stable/ref/signals/#post-save

Bad
---
```python
from django.db.models.signals import post_save
from django.dispatch import receiver

from shop.models import Order


@receiver(post_save, sender=Order)
def number_order(sender, instance, **kwargs):
    instance.number = f"O-{instance.pk}"
    instance.save()  # SG201
```

```python
from django.db.models.signals import m2m_changed
from django.dispatch import receiver

from shop.models import Order


@receiver(m2m_changed, sender=Order.tags.through)
def keep_first(sender, instance, action, **kwargs):
    if action == "post_add":
        instance.tags.add(1)  # SG201
```

Good
----
```python
from django.db.models.signals import post_save
from django.dispatch import receiver

from shop.models import Order


@receiver(post_save, sender=Order)
def number_order(sender, instance, **kwargs):
    Order.objects.filter(pk=instance.pk).update(number=f"O-{instance.pk}")
```
```python
from django.db.models.signals import post_save
from django.dispatch import receiver

from shop.models import Order


@receiver(post_save, sender=Order)
def number_order(sender, instance, **kwargs):
    post_save.disconnect(number_order, sender=Order)
    instance.save()
    post_save.connect(number_order, sender=Order)
```

Stays silent when
-----------------
- the receiver disconnects itself first, a `with` around the save mutes receivers, or it saves with
  empty `update_fields`;
- a helper saves in a `with` block that may disable the receiver: any but a transaction;
- the many-to-many field is changed by `set()`: the second time there is nothing to change;
- the change in `m2m_changed` sends an action for which the receiver does not make it again;
- the write is `QuerySet.update`, `bulk_create` or `bulk_update`, which send no signals;
- the saved object is another row of an unknown class.

Known misses
------------
- wrong conditions, and writes more than three helpers down.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.check.engine.rule import Found, Rule
from signalgen.check.fixes.updating import updating_fix
from signalgen.flow.function.signature import M2M, SAVE, has_signal, short
from signalgen.flow.reach.reach import own_calls
from signalgen.flow.rows.endless import is_muted, may_end, saves_any, saves_own
from signalgen.flow.rows.resaving import readds, resaves
from signalgen.index.reading.walking import walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.flow.rows.resaving import Resave
    from signalgen.index import Index
    from signalgen.values.index import Receiver


_WITHOUT_SIGNAL = (
    "QuerySet.update() writes without sending the signal; "
    "or return early when there is nothing to do"
)
_OF_OTHERS = "return early if sender is the model that is saved here, or name the senders"


def check(receiver: Receiver, index: Index) -> Iterator[Found]:
    """Yield the writes, in a receiver and its helpers, that send its own signal again."""
    if _disconnects(receiver):
        return
    if has_signal(receiver, M2M):
        yield from (
            _below(receiver, item, "changes its own relation") for item in readds(index, receiver)
        )
    if not has_signal(receiver, SAVE):
        return
    # The body comes first: only its findings carry a fix.
    told: set[int] = set()
    for found in _in_body(receiver, index):
        told.add(id(found.node))
        yield found
    for item in resaves(index, receiver):
        if id(item.item.entry) not in told:
            yield _below(receiver, item, "saves its own sender")


def _in_body(receiver: Receiver, index: Index) -> Iterator[Found]:
    function = receiver.function
    for item in own_calls(index, function):
        if item.function is not function:
            continue
        own = saves_own(index, receiver, function, item.call)
        if not own and not saves_any(index, receiver, function, item.call):
            continue
        if is_muted(index, function, item.call):
            continue
        guarded = may_end(index, receiver, item.call)
        if guarded and not own:
            continue
        signal = next(short(name) for name in receiver.signals if name in SAVE)
        yield Found(
            path=function.path,
            node=item.call,
            message=f"{function.name} saves {'its own sender' if own else 'a row'} in {signal}, "
            f"which calls {function.name} again"
            + (", until its condition is false" if guarded else " without end"),
            hint=_WITHOUT_SIGNAL if own else _OF_OTHERS,
            severity="info" if guarded else "error",
            context=function.qualname,
            fix=updating_fix(index, receiver, item.call),
        )


def _below(receiver: Receiver, resave: Resave, what: str) -> Found:
    function, item = receiver.function, resave.item
    wanted = M2M if has_signal(receiver, M2M) and not has_signal(receiver, SAVE) else SAVE
    signal = next(short(name) for name in receiver.signals if name in wanted)
    below = (
        f" (in {item.function.qualname}, {item.function.path}:{item.call.lineno})"
        if item.chain
        else ""
    )
    return Found(
        path=function.path,
        node=item.entry,
        message=f"{function.name} {what} in {signal}{below}, which calls {function.name} again"
        + (", until its condition is false" if resave.guarded else " without end"),
        hint=_WITHOUT_SIGNAL
        if wanted is SAVE
        else "return early if there is nothing to change: adding rows that are already there also "
        "sends the signal",
        severity="info" if resave.guarded else "error",
        context=function.qualname,
    )


def _disconnects(receiver: Receiver) -> bool:
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "disconnect"
        for node in walk(receiver.function.node)
    )


RULE = Rule(
    "SG201",
    "recursive-save",
    "error",
    on_receiver=check,
    fix="unsafe",
    safety="In `post_save` the assigned fields are written by `QuerySet.update()`, which sends no "
    "signal and involves neither the model's own `save()` nor `auto_now`. In `pre_save` an "
    "unconditional second save is removed.",
)
