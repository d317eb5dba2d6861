"""A receiver that saves its own model and so calls itself.

Flags
-----
`instance.save()`, or a `create` of the sender, in a receiver of `pre_save` or `post_save` of that
same model, in its helpers or in methods of the instance; and `add`, `remove` or `clear` of the
many-to-many field whose `m2m_changed` it receives. Without a condition this is an endless
recursion, an error; with one it ends if the condition is right, an info. `created` does not stop
code that creates another row in `post_save`, nor `_state.adding` code that saves the new row in
`pre_save`.

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
- the receiver disconnects itself first, or saves with `raw=True`;
- a helper saves in a `with` block that may disable the receiver: any but a transaction;
- the many-to-many field is `set()`: the second time there is nothing to change;
- what is done in `m2m_changed` sends an action that does not lead to it;
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
from signalgen.dotted import dotted
from signalgen.facts.orm import NEW_ROWS, SAVING
from signalgen.flow.function.guards import conditions, in_try
from signalgen.flow.function.signature import (
    M2M,
    SAVE,
    has_signal,
    mentions_argument,
    names_of,
    short,
)
from signalgen.flow.reach.reach import own_calls
from signalgen.flow.rows.orm import saves_own
from signalgen.flow.rows.resaving import readds, resaves
from signalgen.index.reading.walking import walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.flow.rows.resaving import Resave
    from signalgen.index import Index
    from signalgen.values.index import FunctionRef, Receiver


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
        if item.function is not function or not saves_own(index, receiver, function, item.call):
            continue
        guarded = _may_end(receiver, item.call) or in_try(function, item.call)
        signal = next(short(name) for name in receiver.signals if name in SAVE)
        yield Found(
            path=function.path,
            node=item.call,
            message=f"{function.name} saves its own sender in {signal}, which calls "
            f"{function.name} again"
            + (", until its condition is false" if guarded else " without end"),
            hint="QuerySet.update() writes without sending the signal; or return early when there "
            "is nothing to do",
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
        hint="QuerySet.update() writes without sending the signal; "
        "or return early when there is nothing to do"
        if wanted is SAVE
        else "return early when there is nothing to change: an add of what is there already sends "
        "the signal as well",
        severity="info" if resave.guarded else "error",
        context=function.qualname,
    )


def _may_end(receiver: Receiver, call: ast.Call) -> bool:
    """Tell whether a condition guards the save and may be false in the save that follows."""
    function = receiver.function
    asked = conditions(function, call)
    return not all(
        _is_about_fixtures(function, item.test)
        or (item.positive and _lasts(receiver, call, item.test))
        for item in asked
    )


def _lasts(receiver: Receiver, call: ast.Call, test: ast.expr) -> bool:
    """Tell whether a true test is true again in the call's own signal.

    A row created in post_save is ``created`` there too; in pre_save, an unsaved row stays new.
    """
    function = receiver.function
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
        return all(
            _is_about_fixtures(function, value) or _lasts(receiver, call, value)
            for value in test.values
        )
    signals = {short(name) for name in receiver.signals if name in SAVE}
    verb = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    if signals == {"post_save"} and verb in NEW_ROWS:
        return isinstance(test, ast.Name) and test.id in names_of(function, "created")
    if signals == {"pre_save"} and verb in SAVING:
        return dotted(test) in {f"{name}._state.adding" for name in names_of(function, "instance")}
    return False


def _is_about_fixtures(function: FunctionRef, test: ast.expr) -> bool:
    if isinstance(test, ast.BoolOp):
        return all(_is_about_fixtures(function, value) for value in test.values)
    return mentions_argument(test, function, "raw")


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
    safety="After a save the assigned fields are written by `QuerySet.update()`: no signal is sent "
    "for that, and neither the model's own `save()` nor `auto_now` takes part. Before a save an "
    "unconditional second one is left out.",
)
