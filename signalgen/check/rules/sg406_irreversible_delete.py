"""A file that is removed together with a row, before the transaction commits.

Flags
-----
`os.remove`, `shutil.rmtree`, `Path.unlink`, a storage's `delete` or a file field's `delete` in a
receiver of `pre_delete` or `post_delete` or in its helpers, if it does not wait for the commit.
`shutil.move`, `os.rename` and `os.replace` of a file that the row names count as well.

Why it matters
--------------
A deletion always runs in a transaction, often inside a larger one. After a rollback the row is back
and its file is gone:
https://docs.djangoproject.com/en/stable/topics/db/transactions/#performing-actions-after-commit

Bad
---
```python
import os

from django.db.models.signals import post_delete
from django.dispatch import receiver

from shop.models import Order


@receiver(post_delete, sender=Order)
def remove_scan(sender, instance, **kwargs):
    os.remove(f"/scans/{instance.number}")  # SG406
```
```python
from django.db.models.signals import post_delete
from django.dispatch import receiver

from shop.models import Order


@receiver(post_delete, sender=Order)
def remove_file(sender, instance, **kwargs):
    instance.file.delete(save=False)  # SG406
```

Good
----
```python
from functools import partial

from django.db import transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver

from shop.models import Order


@receiver(post_delete, sender=Order)
def remove_file(sender, instance, using, **kwargs):
    file = instance.file
    transaction.on_commit(partial(file.storage.delete, file.name), using=using)
```

Stays silent when
-----------------
- the call is in an `on_commit` callback, or waits for the commit in another way that SG101 knows;
- a `delete` or `unlink` is not known to be that of a file;
- an empty folder is removed.

Known misses
------------
- storages in attributes of other objects, and helpers more than three levels down.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.check.engine.rule import Found, Rule
from signalgen.check.fixes.waiting import removing_fix
from signalgen.dotted import dotted
from signalgen.flow.function.guards import is_undoing
from signalgen.flow.function.naming import describe
from signalgen.flow.function.signature import DELETE, has_signal, mentions, names_of, short
from signalgen.flow.reach.arguments import possible
from signalgen.index.models.relations import sender_model
from signalgen.index.reading.listed import assigned_value
from signalgen.index.reading.resolving import resolve
from signalgen.late import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.flow.reach.reach import Reached
    from signalgen.index import Index
    from signalgen.values.index import Receiver

# A storage is one of Django's, or any attribute whose name ends in _storage.
_REMOVING = pattern(
    r"^(?:os\.(?:remove|unlink)|shutil\.rmtree"
    r"|[\w.]+\.\w+_storage\.delete|django\.core\.files\.storage\."
    r"(?:default_storage|storages\.\w+|get_storage_class\(\)|\w+Storage\(\))\.delete)$"
)

_HELD = pattern(r"^django\.core\.files\.storage\.(?:\w+\.)*storages\[\]\.delete$")
_MOVING = pattern(r"^(?:shutil\.move|os\.(?:rename|replace))$")


def check(receiver: Receiver, index: Index) -> Iterator[Found]:
    """Yield the first removal of a file behind each call of a receiver."""
    if not has_signal(receiver, DELETE):
        return
    function = receiver.function
    seen: set[int] = set()
    for item in possible(index, function):
        if item.deferred or id(item.entry) in seen:
            continue
        what = _removed(index, receiver, item)
        if not what:
            continue
        seen.add(id(item.entry))
        below = f" (in {item.chain[-1].qualname}, {item.function.path})" if item.chain else ""
        signal = next(short(name) for name in receiver.signals if name in DELETE)
        yield Found(
            path=function.path,
            node=item.entry,
            message=f"{function.name} {'moves' if _MOVING.match(what) else 'removes'} a file in "
            f"{signal} before the transaction commits: {what}{below}",
            hint="transaction.on_commit(partial(storage.delete, name), using=using) removes it "
            "once the deletion is committed",
            context=function.qualname,
            fix=None if _saves_row(item.call) else removing_fix(index, receiver, item),
        )


def _removed(index: Index, receiver: Receiver, item: Reached) -> str:
    """Return the name of the call that removes a file, empty unless it certainly does."""
    if item.target is None and _REMOVING.match(item.name):
        return item.name
    if item.target is None and _MOVING.match(item.name) and _is_of_row(receiver, item):
        return item.name
    func = item.call.func
    if not isinstance(func, ast.Attribute) or func.attr not in ("delete", "unlink"):
        return ""
    if isinstance(func.value, ast.Subscript):
        described = describe(index, item.function.path, item.function, func)
        return described if _HELD.match(described) else ""
    written = dotted(func)
    if func.attr != "delete":
        return written or f"Path.{func.attr}" if _is_path(index, item, func.value) else ""
    if _is_file_field(index, receiver, item, func.value) or (written and _keeps_row(item.call)):
        return written
    return ""


def _is_of_row(receiver: Receiver, item: Reached) -> bool:
    """Tell whether the deleted row names the moved file, and the move undoes no other move."""
    own = names_of(item.function, "instance") if item.function is receiver.function else frozenset()
    return (
        bool(item.call.args)
        and mentions(item.call.args[0], own)
        and not is_undoing(item.function, item.call)
    )


def _is_path(index: Index, item: Reached, node: ast.expr) -> bool:
    """Tell whether an expression certainly is a path: it is made here or used as only paths are."""
    written = dotted(node)
    if any(key.arg == "missing_ok" for key in item.call.keywords):
        return True
    if written and any(
        isinstance(other, ast.Attribute)
        and other.attr in ("is_file", "is_dir")
        and dotted(other.value) == written
        for other in ast.walk(item.function.node)
    ):
        return True
    if isinstance(node, ast.Name):
        node = assigned_value(item.function, node.id) or node
    if not isinstance(node, ast.Call):
        return False
    written = dotted(node.func)
    return (
        bool(written)
        and resolve(index.code, item.function.path, written, item.function) == "pathlib.Path"
    )


def _is_file_field(index: Index, receiver: Receiver, item: Reached, node: ast.expr) -> bool:
    if item.function is not receiver.function:
        return False
    if isinstance(node, ast.Name):
        node = assigned_value(item.function, node.id) or node
    # The field, or its storage, may be behind a local name: ``storage = instance.file.storage``.
    if isinstance(node, ast.Attribute) and node.attr == "storage":
        node = node.value
    if isinstance(node, ast.Name):
        node = assigned_value(item.function, node.id) or node
    if not isinstance(node, ast.Attribute) or not isinstance(node.value, ast.Name):
        return False
    model = sender_model(index, receiver)
    field = model.field(node.attr) if model is not None else None
    return (
        field is not None
        and field.kind == "file"
        and node.value.id in names_of(item.function, "instance")
    )


def _keeps_row(call: ast.Call) -> bool:
    # Of all ``delete`` methods only that of a file takes ``save``.
    given = [*call.args[:1], *(item.value for item in call.keywords if item.arg == "save")]
    return any(isinstance(node, ast.Constant) and isinstance(node.value, bool) for node in given)


def _saves_row(call: ast.Call) -> bool:
    """Tell whether a file field's ``delete()`` saves the row, which is wrong for a deleted one."""
    if not isinstance(call.func, ast.Attribute) or call.func.attr != "delete":
        return False
    given = [*call.args, *(item.value for item in call.keywords)]
    return not given or any(isinstance(node, ast.Constant) and node.value is True for node in given)


RULE = Rule(
    "SG406",
    "irreversible-delete",
    "warning",
    on_receiver=check,
    fix="unsafe",
    safety="Until the commit the file still exists. Code that catches errors of the removal, or "
    "that saves the row with it, is left to you.",
)
