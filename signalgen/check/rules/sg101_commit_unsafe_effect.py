"""A side effect that does not wait for the commit.

Flags
-----
A queued task, mail, an HTTP request or one to a search server, a message to a channel layer or
through Redis, a started process or a removed file that does not wait for the commit. It may be in
the body of the receiver, in its helpers or in a thread; the receiver is connected to a model's
save, delete or many-to-many signal, or to a project signal that is sent inside a transaction. The
arguments of a deferred `partial` are evaluated at once.

What a signal processor of haystack does is reported as info: it is designed that way.

A task that is queued for much later (`eta`, a `countdown` of more than a minute) and a request to a
store that only reads are information: the commit is over by then, or nothing is to be undone.

Why it matters
--------------
These signals are sent inside the transaction. A worker may look for the row before it is committed,
and after a rollback the mail has been sent anyway. `transaction.on_commit` runs the effect after
the commit, or never:
https://docs.djangoproject.com/en/stable/topics/db/transactions/#performing-actions-after-commit

Bad
---
```python
from django.db.models.signals import post_save
from django.dispatch import receiver

from shop.models import Order
from shop.tasks import send_invoice


@receiver(post_save, sender=Order)
def on_order_saved(sender, instance, **kwargs):
    send_invoice.delay(instance.pk)  # SG101
# file: shop/tasks.py
from celery import shared_task


@shared_task
def send_invoice(pk): ...
```
```python
from django.core.mail import send_mail
from django.db.models.signals import post_delete
from django.dispatch import receiver

from shop.models import Order


def tell(order):
    send_mail("Gone", "", None, [order.email])


@receiver(post_delete, sender=Order)
def on_order_deleted(sender, instance, **kwargs):
    tell(instance)  # SG101
```
```python
from django.db import transaction
from django.dispatch import Signal, receiver

from shop.tasks import send_invoice

paid = Signal()


@receiver(paid)
def on_paid(sender, order, **kwargs):
    send_invoice.delay(order.pk)  # SG101


@transaction.atomic
def pay(order):
    order.save()
    paid.send(sender=type(order), order=order)
# file: shop/tasks.py
from celery import shared_task


@shared_task
def send_invoice(pk): ...
```

Good
----
```python
from functools import partial

from django.db import transaction
from django.db.models.signals import post_save
from django.dispatch import receiver

from shop.models import Order
from shop.tasks import send_invoice


@receiver(post_save, sender=Order)
def on_order_saved(sender, instance, using, **kwargs):
    transaction.on_commit(partial(send_invoice.delay, instance.pk), using=using)
# file: shop/tasks.py
from celery import shared_task


@shared_task
def send_invoice(pk): ...
```
```python
from django.db.models.signals import post_save
from django.dispatch import receiver

from shop.models import Order
from shop.tasks import send_invoice


@receiver(post_save, sender=Order)
def on_order_saved(sender, instance, **kwargs):
    send_invoice.delay_on_commit(instance.pk)
# file: shop/tasks.py
from celery import shared_task


@shared_task
def send_invoice(pk): ...
```

Stays silent when
-----------------
- the call is in an `on_commit` callback, or a project decorator of the receiver or helper defers
  it;
- a wrapper of the project passes its argument to `on_commit`;
- the signal is not sent while rows are written; project signals count only if they are sent in an
  `atomic` block or function, in a view where `ATOMIC_REQUESTS` is set, or by a receiver of rows;
- `enqueue()` of Django's tasks may wait for the commit (django-tasks before 0.10 does by default),
  or the setting `TASKS` names a backend that stores them as rows, or one without a worker;
- django-q may keep its queue in the database, where a rollback removes the task too, as do
  procrastinate, django-background-tasks, and APScheduler with the `DjangoJobStore`;
- the task library itself waits for the commit: huey's `on_commit_task`, its backend of Django's
  tasks with `ENQUEUE_ON_COMMIT`, and django-rq from version 4 on unless `COMMIT_MODE` says
  otherwise;
- a file is removed on a project signal: its row is unknown;
- a condition limits it to test runs (`settings.TESTING`);
- a request by a call that leads to the removal of a file with its row as well: that is SG406;
- an `except` handler puts back files that its `try` has moved;
- the "task" is made by a project decorator that is unrelated to any task library;
- the call is not known to queue a task, send mail or make a request.

Known misses
------------
- jobs of APScheduler whose scheduler a function of another package makes;
- helpers more than five levels down, and methods of objects of unknown class;
- project signals sent in a transaction that a caller of the sending function opens.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.check.engine.rule import Found, Rule
from signalgen.check.fixes.waiting import waiting_fix
from signalgen.flow.effects.effects import effect_of
from signalgen.flow.effects.sending import sent_before_commit
from signalgen.flow.function.guards import is_undoing, only_in_tests
from signalgen.flow.function.signature import DELETE, ROWS, has_signal, short
from signalgen.flow.reach.arguments import possible
from signalgen.late import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.flow.effects.effects import Effect
    from signalgen.flow.reach.reach import Reached
    from signalgen.index import Index
    from signalgen.values.check import Severity
    from signalgen.values.index import Receiver

_READS = pattern(r"\(\)\.(?:head_\w+|get_object|list_\w+)$")
"""Requests that change nothing on the server: SG102 reports the wait for them."""
_SOON = 60
"""Seconds after which a request's transaction is over."""
_KINDS = frozenset({"task", "mail", "http", "channel", "process", "file"})


def check(receiver: Receiver, index: Index) -> Iterator[Found]:
    """Yield the effects of a receiver that happen before the commit, one per call in its body."""
    sent = None if has_signal(receiver, ROWS) else sent_before_commit(index, receiver)
    if sent is None and not has_signal(receiver, ROWS):
        return
    # SG406 covers a file that is deleted together with its row.
    only_deletes = all(signal in DELETE for signal in receiver.signals)
    reached = possible(index, receiver.function)
    removing = _removing(index, reached) if only_deletes else set[int]()
    seen: set[int] = set()
    for item in reached:
        if item.deferred or id(item.entry) in seen:
            continue
        effect = effect_of(index, item)
        if effect is not None and effect.kind == "http" and id(item.entry) in removing:
            continue
        if effect is None or effect.kind not in _KINDS or (effect.kind == "file" and only_deletes):
            continue
        # Without a row as the subject of the signal, the row of a file is unknown.
        if effect.kind == "file" and (sent is not None or is_undoing(item.function, item.call)):
            continue
        if only_in_tests(receiver.function, item.entry) or only_in_tests(item.function, item.call):
            continue
        seen.add(id(item.entry))
        below = f" (in {item.chain[-1].qualname}, {item.function.path})" if item.chain else ""
        signal = short(
            sent.signal if sent is not None else next(n for n in receiver.signals if n in ROWS)
        )
        where = (
            f", which {sent.path}:{sent.call.lineno} sends inside a transaction,"
            if sent is not None
            else ""
        )
        yield Found(
            path=receiver.function.path,
            node=item.entry,
            message=f"{receiver.function.name} {effect.verb} in {signal}{where} before the "
            f"transaction commits: {effect.name}{below}",
            hint="transaction.on_commit(partial(...), using=using) runs it after the commit",
            severity=_severity(effect, item.call),
            context=receiver.function.qualname,
            fix=waiting_fix(index, receiver, item)
            if effect.kind == "task" and sent is None
            else None,
        )


def _removing(index: Index, reached: tuple[Reached, ...]) -> set[int]:
    """Return the calls of a receiver that lead to the removal of a file, among other things."""
    return {
        id(item.entry)
        for item in reached
        if not item.deferred
        and (effect := effect_of(index, item)) is not None
        and effect.kind == "file"
    }


def _severity(effect: Effect, call: ast.Call) -> Severity:
    if effect.kind == "task":
        return "info" if _runs_much_later(call) else "error"
    return "info" if effect.meant or _READS.search(effect.name) else "warning"


def _runs_much_later(call: ast.Call) -> bool:
    """Tell whether a task is queued for a time when the commit is long past.

    A few seconds are how people try to get around the race, and not enough.
    """
    for item in call.keywords:
        value = item.value.value if isinstance(item.value, ast.Constant) else None
        if item.arg in ("eta", "countdown") and not isinstance(item.value, ast.Constant):
            return True
        if item.arg == "countdown" and isinstance(value, (int, float)) and value > _SOON:
            return True
    return False


RULE = Rule(
    "SG101",
    "commit-unsafe-effect",
    "error",
    on_receiver=check,
    fix="safe",
    safety="For a task that the receiver queues in a statement of its own, with arguments that do "
    "not change before the commit. Nothing else is rewritten: check first what mail and requests "
    "return or raise.",
)
