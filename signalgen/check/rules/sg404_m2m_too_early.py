"""Related rows that are read before any can exist.

Flags
-----
`instance.tags.all()`, or the rows that point back at `instance`, read in a receiver of `post_save`
where `created` is true.

Why it matters
--------------
`post_save` is sent right after the row itself is written. Many-to-many rows, inline formsets and
everything else that needs the key come later, so there is nothing to read yet. `m2m_changed` is the
signal for them: https://docs.djangoproject.com/en/stable/ref/signals/#m2m-changed

Bad
---
```python
from django.db.models.signals import post_save
from django.dispatch import receiver

from shop.models import Order


@receiver(post_save, sender=Order)
def show_tags(sender, instance, created, **kwargs):
    if created:
        print([tag.name for tag in instance.tags.all()])  # SG404
```

Good
----
```python
from functools import partial

from django.db import transaction
from django.db.models.signals import post_save
from django.dispatch import receiver

from shop.models import Order


def show(order):
    print([tag.name for tag in order.tags.all()])


@receiver(post_save, sender=Order)
def show_tags(sender, instance, created, using, **kwargs):
    if created:
        transaction.on_commit(partial(show, instance), using=using)
```

Stays silent when
-----------------
- the read is in an `on_commit` callback or under a decorator that defers, or may run for existing
  rows;
- the receiver adds rows itself before, or is connected to other signals as well;
- the attribute is not known to be a many-to-many field or the reverse accessor of a foreign key.

Known misses
------------
- helpers, and rows that another receiver adds (with those the read is correct).
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.check.engine.rule import Found, Rule
from signalgen.facts.orm import BULK_CREATING, CREATING, RELATING, SAVING
from signalgen.flow.commit.deferral import defers
from signalgen.flow.function.signature import MODEL_SIGNALS, names_of
from signalgen.flow.function.truth import may_run
from signalgen.flow.reach.reach import own_calls
from signalgen.index.models.relations import RELATED_READS, points_at, relations, sender_model

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index
    from signalgen.values.index import FunctionRef, Receiver

_WRITES = SAVING | CREATING | BULK_CREATING | (RELATING & {"add", "aadd", "set", "aset"}) | {"send"}
_LOOKING = frozenset({"getattr", "hasattr", "isinstance", "print", "str", "repr", "type"})
"""Builtins that take a row and change nothing."""
_POST_SAVE = MODEL_SIGNALS + "post_save"


def check(receiver: Receiver, index: Index) -> Iterator[Found]:
    """Yield the first read of each relation of a newly created row."""
    function = receiver.function
    if receiver.signals != (_POST_SAVE,) or len(receiver.senders) != 1 or defers(index, function):
        return
    seen: set[str] = set()
    for item in own_calls(index, function):
        name = _relation_read(function, item.call)
        if not name or name in seen or item.deferred or item.function is not function:
            continue
        if not _is_new(index, function, item.call) or _writes_before(function, item.call):
            continue
        if not _is_many(index, receiver, name):
            continue
        seen.add(name)
        yield Found(
            path=function.path,
            node=item.call,
            message=f"{function.name} reads {name} of a row that was just created: there are none "
            f"yet",
            hint="read them in an m2m_changed receiver, or after the commit: "
            "transaction.on_commit(…, using=using)",
            context=function.qualname,
        )


def _relation_read(function: FunctionRef, call: ast.Call) -> str:
    """Return the attribute in ``instance.tags.all()``, empty for other calls."""
    func = call.func
    if (
        not isinstance(func, ast.Attribute)
        or func.attr not in RELATED_READS
        or not isinstance(func.value, ast.Attribute)
    ):
        return ""
    owner = func.value.value
    named = isinstance(owner, ast.Name) and owner.id in names_of(function, "instance")
    return func.value.attr if named else ""


def _is_new(index: Index, function: FunctionRef, call: ast.Call) -> bool:
    not_new = may_run(index, function, call, {"created": False})
    return not_new is False and may_run(index, function, call, {"created": True}) is not False


def _writes_before(function: FunctionRef, call: ast.Call) -> bool:
    names = names_of(function, "instance")
    for node in ast.walk(function.node):
        if not isinstance(node, ast.Call) or node is call or node.lineno > call.lineno:
            continue
        if isinstance(node.func, ast.Attribute) and node.func.attr in _WRITES:
            return True
        if isinstance(node.func, ast.Name) and node.func.id in _LOOKING:
            continue
        # A call that gets the instance may add rows to it.
        given = [*node.args, *(item.value for item in node.keywords)]
        if node.lineno < call.lineno and any(
            isinstance(item, ast.Name) and item.id in names for item in given
        ):
            return True
    return False


def _is_many(index: Index, receiver: Receiver, name: str) -> bool:
    """Tell whether an attribute certainly is a many-to-many field or a reverse accessor."""
    model = sender_model(index, receiver)
    field = model.field(name) if model is not None else None
    if field is not None:
        return field.kind == "m2m" and not field.through
    # A default accessor ends in _set; any other name is written out in one quote or the other.
    needle = b"ForeignKey(" if name.endswith("_set") else f'related_name="{name}"'.encode()
    found = [*relations(index, needle), *relations(index, needle.replace(b'"', b"'"))]
    return any(
        item.accessor == name
        and item.type != "OneToOneField"
        and points_at(index, item, receiver.senders[0])
        for item in found
    )


RULE = Rule("SG404", "m2m-too-early", "warning", on_receiver=check)
