"""A ``post_delete`` receiver that saves the deleted row, which stores it again.

Flags
-----
`instance.save()` in a receiver of `post_delete`, and `instance.file.delete()` without `save=False`,
which saves the row as well.

Why it matters
--------------
The row has its key while `post_delete` is sent. Saving it finds nothing to update and inserts it:
the deleted row is back, without its file; with `update_fields` the save raises an error:
https://docs.djangoproject.com/en/stable/ref/models/fields/#django.db.models.fields.files.FieldFile.delete

Bad
---
```python
from django.db.models.signals import post_delete
from django.dispatch import receiver

from shop.models import Order


@receiver(post_delete, sender=Order)
def remove_file(sender, instance, **kwargs):
    instance.file.delete()  # SG420
```
```python
from django.db.models.signals import post_delete
from django.dispatch import receiver

from shop.models import Order


@receiver(post_delete, sender=Order)
def mark(sender, instance, **kwargs):
    instance.number = "gone"
    instance.save()  # SG420
```

Good
----
```python
from django.db.models.signals import post_delete
from django.dispatch import receiver

from shop.models import Order


@receiver(post_delete, sender=Order)
def remove_file(sender, instance, **kwargs):
    instance.file.delete(save=False)
```

Stays silent when
-----------------
- the receiver is connected to `pre_delete`: the row is deleted after the save;
- the file is deleted with `save=False`, or with a value that is not known;
- the row gets another key first, or the receiver is connected to other signals as well.

Known misses
------------
- helpers, and files in attributes that are not known as file fields.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.check.engine.rule import Found, Rule
from signalgen.check.fixes.edits import add_argument, replacing
from signalgen.flow.rows.departing import saves_of_deleted
from signalgen.values.check import Fix

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index
    from signalgen.values.index import FunctionRef, Receiver


def check(receiver: Receiver, index: Index) -> Iterator[Found]:
    """Yield each save of the row that has just been deleted."""
    function = receiver.function
    for trap in saves_of_deleted(index, receiver):
        by_file = bool(trap.field)
        how = f"the file {trap.field} is deleted and the row saved with it" if by_file else "it"
        yield Found(
            path=function.path,
            node=trap.node,
            message=f"{function.name} stores the deleted {trap.model_name} again"
            + (f": {how}" if by_file else ", by save() in post_delete"),
            hint="pass save=False" if by_file else "leave it deleted, or listen to pre_delete",
            context=function.qualname,
            fix=_fix(index, function, trap.node) if by_file else None,
        )


def _fix(index: Index, function: FunctionRef, node: ast.AST) -> Fix | None:
    if not isinstance(node, ast.Call):
        return None
    given = [*node.args, *(word.value for word in node.keywords)]
    if given:
        edit = replacing(index, function.path, given[0], "False")
    else:
        edit = add_argument(index, function.path, node, "save=False")
    return Fix("do not save the row", (edit,), safe=True)


RULE = Rule(
    "SG420",
    "save-of-deleted",
    "error",
    on_receiver=check,
    fix="safe",
    safety="The file is deleted as before; only the row is not stored again.",
)
