"""A task or function that is given what it cannot take.

Flags
-----
In a receiver and its helpers: a task that is queued with a model instance, a queryset or another
value that its queue cannot put into a message, and with too many, too few or unknown arguments. In
a receiver itself, calls of plain functions with such arguments as well.

Why it matters
--------------
A queue turns arguments into text. Celery's JSON knows no model instances, so queueing fails, behind
`on_commit` after the row is stored; and an instance that is pickled is stale when a worker reads
it. Wrong arguments fail in the worker, where nobody sees it:
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
- the library pickles (huey, RQ), the project sets another serializer or encoder than JSON, or has
  a task class of its own;
- the task or function has further decorators, which may change what it takes;
- the kind of a value, or the function behind a name, is not certain.

Known misses
------------
- tasks that are queued by their name, and values that are made in helpers.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.check.engine.rule import Found, Rule
from signalgen.facts.tasks import KINDS, LIBRARIES
from signalgen.flow.handing.fitting import misfit
from signalgen.flow.handing.passing import handed_on
from signalgen.flow.handing.refusing import refused
from signalgen.flow.reach.reach import reached

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.flow.handing.passing import Handing
    from signalgen.flow.reach.reach import Reached
    from signalgen.index import Index
    from signalgen.values.index import Receiver

_OPTIONS = frozenset({"countdown", "eta", "expires", "priority", "queue", "retry", "routing_key"})
_WAYS = {
    "row": "hand on {0}.pk, and load the row in the task",
    "rows": 'hand on list({0}.values_list("pk", flat=True))',
    "request": "hand on the values of {0} that the task needs",
    "class": "hand on {0}._meta.label",
    "file": "hand on {0}.name, or the key of its row",
    "set": "hand on sorted({0})",
    "timedelta": "hand on {0}.total_seconds()",
    "decimal": "hand on str({0})",
    "uuid": "hand on str({0})",
    "datetime": "hand on {0}.isoformat()",
}


def check(receiver: Receiver, index: Index) -> Iterator[Found]:
    """Yield what a receiver and its helpers hand to tasks and functions that cannot take it."""
    for item in reached(index, receiver.function):
        for given in handed_on(index, item.function, item.call):
            if given.library is None and item.level:
                continue
            for node, message, hint in _wrong(index, item, given):
                place = f" (in {item.function.qualname}, {item.function.path}:{node.lineno})"
                yield Found(
                    path=receiver.function.path,
                    node=item.entry if item.level else node,
                    message=message + (place if item.level else ""),
                    hint=hint,
                    context=receiver.function.qualname,
                )


def _wrong(index: Index, item: Reached, given: Handing) -> Iterator[tuple[ast.expr, str, str]]:
    name = given.target.name
    for value in refused(index, item.function, given):
        text = ast.unparse(value.node)
        whose = given.library.whose if given.library is not None else ""
        yield (
            value.node,
            f"the task {name} is handed {KINDS[value.kind]}, {text}, which {whose} queue refuses",
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
