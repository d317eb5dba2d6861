"""A task or function that is called with arguments it cannot take.

Flags
-----
In a receiver and its helpers: a task that is queued with a model instance, a queryset or another
value that its queue cannot serialize, or with too many, too few or unknown arguments; a value that
django-q2's `schedule()` stores as text which cannot be read back. In a receiver itself, calls of
plain functions with too many, too few or unknown arguments as well.

Why it matters
--------------
A queue turns arguments into text. Celery's JSON cannot encode model instances, so queueing fails,
with `on_commit` even after the row is stored; and a pickled instance is stale when a worker reads
it. django-q2's `schedule()` stores the text of its arguments: if that is not a literal, the
scheduler queues neither this task nor those after it. Wrong arguments fail in the worker, where
nobody sees it:
https://docs.celeryq.dev/en/stable/userguide/tasks.html#avoid-launching-synchronous-subtasks

Bad
---
```python
from celery import shared_task
from django.db import transaction
from django.db.models.signals import post_save
from django.dispatch import receiver

from shop.models import Order


@shared_task
def index_order(order_id): ...


@receiver(post_save, sender=Order)
def index(sender, instance, **kwargs):
    transaction.on_commit(lambda: index_order.delay(instance))  # SG410
    transaction.on_commit(lambda: index_order.delay(instance.pk, "now"))  # SG410
```

Good
----
```python
from celery import shared_task
from django.db import transaction
from django.db.models.signals import post_save
from django.dispatch import receiver

from shop.models import Order


@shared_task
def index_order(order_id): ...


@receiver(post_save, sender=Order)
def index(sender, instance, **kwargs):
    transaction.on_commit(lambda: index_order.delay(instance.pk))
```

Stays silent when
-----------------
- the library pickles (huey, RQ, Celery before 4.0 by the requirements), the project sets another
  serializer or encoder than JSON, or has a task class of its own;
- the task or function has further decorators, which may change what it takes;
- the type of a value, or the function behind a name, is not certain.

Known misses
------------
- tasks that are queued by their name, and values that are created in helpers.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.check.engine.rule import Found, Rule
from signalgen.facts.tasks import KINDS, LIBRARIES
from signalgen.flow.handing.fitting import misfit
from signalgen.flow.handing.passing import handed_on
from signalgen.flow.handing.refusing import refused, unreadable
from signalgen.flow.reach.reach import reached

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.flow.handing.passing import Handing
    from signalgen.flow.reach.reach import Reached
    from signalgen.index import Index
    from signalgen.values.index import Receiver

_OPTIONS = frozenset({"countdown", "eta", "expires", "priority", "queue", "retry", "routing_key"})
_WAYS = {
    "row": "pass {0}.pk, and load the row in the task",
    "rows": 'pass list({0}.values_list("pk", flat=True))',
    "request": "pass the values of {0} that the task needs",
    "class": "pass {0}._meta.label",
    "file": "pass {0}.name, or the key of its row",
    "set": "pass sorted({0})",
    "timedelta": "pass {0}.total_seconds()",
    "decimal": "pass str({0})",
    "uuid": "pass str({0})",
    "datetime": "pass {0}.isoformat()",
}


def check(receiver: Receiver, index: Index) -> Iterator[Found]:
    """Yield what a receiver and its helpers pass to tasks and functions that cannot take it."""
    for item in reached(index, receiver.function):
        for node, message, hint in (*_handed(index, item), *_scheduled(index, item)):
            place = f" (in {item.function.qualname}, {item.function.path}:{node.lineno})"
            yield Found(
                path=receiver.function.path,
                node=item.entry if item.level else node,
                message=message + (place if item.level else ""),
                hint=hint,
                context=receiver.function.qualname,
            )


def _handed(index: Index, item: Reached) -> Iterator[tuple[ast.expr, str, str]]:
    for given in handed_on(index, item.function, item.call):
        if given.library is not None or not item.level:
            yield from _wrong(index, item, given)


def _scheduled(index: Index, item: Reached) -> Iterator[tuple[ast.expr, str, str]]:
    for value in unreadable(index, item.function, item.call):
        text = ast.unparse(value.node)
        what = f"schedule() stores {KINDS[value.kind]}, {text}, as text"
        hint = _WAYS[value.kind].format(text)
        yield value.node, f"{what} that cannot be read when the task is due", hint


def _wrong(index: Index, item: Reached, given: Handing) -> Iterator[tuple[ast.expr, str, str]]:
    name = given.target.name
    for value in refused(index, item.function, given):
        text = ast.unparse(value.node)
        whose = given.library.whose if given.library is not None else ""
        yield (
            value.node,
            f"the task {name} is passed {KINDS[value.kind]}, {text}, which {whose} queue refuses",
            _WAYS[value.kind].format(text),
        )
    why = misfit(index, given)
    if why:
        what = "the task " if given.library is not None else ""
        place = f"{given.target.path}:{given.target.node.lineno}"
        yield given.node, f"{what}{name} {why}", f"see {place}{_options(given)}"


def _options(given: Handing) -> str:
    celerys = given.library is LIBRARIES["celery"]
    options = sorted({name for name, _ in given.words} & _OPTIONS) if celerys else []
    return f"; options such as {options[0]} go to apply_async(args=[…])" if options else ""


RULE = Rule("SG410", "unfit-arguments", "error", on_receiver=check)
