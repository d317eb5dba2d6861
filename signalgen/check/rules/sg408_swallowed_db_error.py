"""A failed write that is caught without a savepoint, so the transaction fails later.

Flags
-----
In a receiver of a model's save, delete or many-to-many signal, or in its helpers: a `try` around a
write of rows whose handler catches everything or a database error and continues.

Why it matters
--------------
Receivers run inside the caller's transaction. After a database error nothing more can be read or
written in it: the next query raises TransactionManagementError, in some other place. An `atomic()`
inside the `try` is a savepoint that undoes only the failed write:
https://docs.djangoproject.com/en/stable/topics/db/transactions/#django.db.transaction.atomic

Bad
---
```python
from django.db.models.signals import post_save
from django.dispatch import receiver

from shop.models import Invoice, Order


@receiver(post_save, sender=Order)
def open_invoice(sender, instance, **kwargs):
    try:
        Invoice.objects.create(order=instance)  # SG408
    except Exception:
        print("no invoice")
```

Good
----
```python
from django.db import IntegrityError, transaction
from django.db.models.signals import post_save
from django.dispatch import receiver

from shop.models import Invoice, Order


@receiver(post_save, sender=Order)
def open_invoice(sender, instance, using, **kwargs):
    try:
        with transaction.atomic(using=using):
            Invoice.objects.create(order=instance)
    except IntegrityError:
        print("there is an invoice")
```

Stays silent when
-----------------
- an `atomic()` is between the `try` and the write, or around the helper that writes;
- the handler raises or rolls back to a savepoint;
- the write is `get_or_create` or `update_or_create`, which make their own savepoint;
- it runs after the commit.

Known misses
------------
- writes of raw SQL, and those of packages that are called inside the `try`.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.check.engine.rule import Found, Rule
from signalgen.dotted import dotted
from signalgen.facts.orm import CREATING, NEW_ROWS, WRITING
from signalgen.flow.function.guards import path_to
from signalgen.flow.function.signature import ROWS, has_signal
from signalgen.flow.reach.arguments import possible
from signalgen.flow.rows.orm import is_query
from signalgen.index.reading.resolving import resolve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.flow.reach.reach import Reached
    from signalgen.index import Index
    from signalgen.values.index import FunctionRef, Receiver

# ``get_or_create`` and ``update_or_create`` have their own savepoint.
_WRITES = WRITING - (CREATING - NEW_ROWS)
_BROAD = frozenset({"Exception", "BaseException"})
_DATABASE = frozenset(
    {
        "Error",
        "DatabaseError",
        "IntegrityError",
        "DataError",
        "OperationalError",
        "ProgrammingError",
        "InternalError",
    }
)
_UNDOING = frozenset({"savepoint_rollback", "set_rollback", "rollback"})


def check(receiver: Receiver, index: Index) -> Iterator[Found]:
    """Yield the first swallowed write of a receiver itself, and below each of its calls."""
    if not has_signal(receiver, ROWS):
        return
    told: set[int] = set()
    for item in possible(index, receiver.function):
        key = id(item.entry) if item.level else 0
        if key in told or item.deferred or not _is_write(index, item):
            continue
        if not _is_lost(index, receiver.function, item):
            continue
        told.add(key)
        place = f"{item.function.qualname}, {item.function.path}:{item.call.lineno}"
        below = f" (in {place})" if item.level else ""
        yield Found(
            path=receiver.function.path,
            node=item.entry,
            message=f"{receiver.function.name} continues after a failed write{below}, which "
            f"breaks the transaction",
            hint="put `with transaction.atomic():` inside the try, around the write",
            severity="info" if item.level else None,
            context=receiver.function.qualname,
        )


def _is_write(index: Index, item: Reached) -> bool:
    func = item.call.func
    named = isinstance(func, ast.Attribute) and func.attr in _WRITES
    return named and is_query(index, item.function, item.call)


def _is_lost(index: Index, first: FunctionRef, item: Reached) -> bool:
    """Tell whether a handler, here or in a caller, swallows the error with no savepoint between."""
    step: Reached | None = item
    while step is not None:
        if step.function is not (step.chain[-1] if step.chain else first):
            return False  # a nested function: the code around it is not examined
        swallowed = _is_swallowed(index, step.function, step.call)
        if swallowed is not None:
            return swallowed
        step = step.via
    return False


def _is_swallowed(index: Index, function: FunctionRef, call: ast.Call) -> bool | None:
    """Tell whether a handler swallows the error of a call; None if it leaves the function."""
    # Outwards from the call: the innermost savepoint or broad handler decides.
    path = path_to(function.node, call)
    for position in range(len(path) - 1, 0, -1):
        node = path[position - 1]
        if isinstance(node, (ast.With, ast.AsyncWith)) and any(
            _is_atomic(item.context_expr) for item in node.items
        ):
            return False
        if isinstance(node, ast.Try) and path[position] in node.body:
            handler = next(
                (item for item in node.handlers if _is_broad(index, function, item.type)), None
            )
            if handler is not None:
                return not _ends_it(handler)
    decorators = [] if isinstance(function.node, ast.Lambda) else function.node.decorator_list
    return False if any(map(_is_atomic, decorators)) else None


def _is_atomic(expr: ast.expr) -> bool:
    name = dotted(expr.func if isinstance(expr, ast.Call) else expr)
    # By name only, since a wrapper of the project may open a savepoint, too.
    return "atomic" in name or "savepoint" in name or "transaction" in name


def _is_broad(index: Index, function: FunctionRef, caught: ast.expr | None) -> bool:
    if caught is None:
        return True
    if isinstance(caught, ast.Tuple):
        return any(_is_broad(index, function, item) for item in caught.elts)
    name = resolve(index.code, function.path, dotted(caught), function)
    module, _, last = name.rpartition(".")
    return name in _BROAD or (last in _DATABASE and module in ("django.db", "django.db.utils"))


def _ends_it(handler: ast.ExceptHandler) -> bool:
    for node in ast.walk(handler):
        if isinstance(node, ast.Raise):
            return True
        if isinstance(node, ast.Call) and dotted(node.func).rpartition(".")[2] in _UNDOING:
            return True
    return False


RULE = Rule("SG408", "swallowed-db-error", "warning", on_receiver=check)
