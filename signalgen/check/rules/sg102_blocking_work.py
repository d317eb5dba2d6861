"""Work that keeps the request waiting.

Flags
-----
An HTTP request or one to a search server, mail with a rendered template, a sleep, a started
process, a wait for a file lock, a PDF, an image or its renditions, a rebuilt materialized view, a
management command like `rebuild_index`, or queries in nested loops: in a receiver, in its
`on_commit` callback, or in its helpers.

It is information where the sender of a project signal uses what its receivers return, as no task
can return that; for a lock that a `with` holds around further work, which is there on purpose; and
for a PDF or an image in a project that has no tasks at all.

Why it matters
--------------
A receiver runs inside the save, in the thread of the request. `on_commit` only moves the work to
after the commit: the user still waits for it, for as long as the other side takes. Nobody waits for
a task: https://docs.djangoproject.com/en/stable/topics/signals/

Bad
---
```python
import requests
from django.db.models.signals import post_save
from django.dispatch import receiver

from shop.models import Order


def announce(order):
    requests.post("https://example.com/orders", json={"pk": order.pk}, timeout=5)


@receiver(post_save, sender=Order)
def on_order_saved(sender, instance, **kwargs):
    announce(instance)  # SG102
```
```python
import requests
from django.db import transaction
from django.db.models.signals import post_save
from django.dispatch import receiver

from shop.models import Order


@receiver(post_save, sender=Order)
def on_order_saved(sender, instance, **kwargs):
    transaction.on_commit(lambda: requests.get("https://example.com", timeout=5))  # SG102
```

Good
----
```python
from functools import partial

import requests
from celery import shared_task
from django.db import transaction
from django.db.models.signals import post_save
from django.dispatch import receiver

from shop.models import Order


@shared_task
def announce(pk):
    requests.post("https://example.com/orders", json={"pk": pk}, timeout=5)


@receiver(post_save, sender=Order)
def on_order_saved(sender, instance, using, **kwargs):
    transaction.on_commit(partial(announce.delay, instance.pk), using=using)
```

Stays silent when
-----------------
- the work is in the body of a task that is queued;
- the signal belongs to migrations or to Celery, or only tasks, commands and such receivers send it,
  by name or as the consumer of an event bus does: no request waits;
- it runs in its own thread, by a decorator too, or only a template is rendered;
- the arguments of a helper's call keep it from reaching the work;
- an image is only opened to learn its size or format;
- it is not certain that the call does such work.

Known misses
------------
- helpers more than six levels down, and clients of unknown class.
"""

from __future__ import annotations

import ast
import re
from functools import partial
from typing import TYPE_CHECKING

from signalgen.check.engine.rule import Found, Rule
from signalgen.dotted import dotted
from signalgen.flow.connections.background import runs_in_background
from signalgen.flow.effects.effects import effect_of
from signalgen.flow.effects.threads import runs_in_thread
from signalgen.flow.function.guards import path_to
from signalgen.flow.function.loops import loops
from signalgen.flow.function.signature import short
from signalgen.flow.reach.arguments import possible
from signalgen.flow.rows.queries import query_in
from signalgen.index.reading.walking import children, nodes_in, values_of, walk
from signalgen.index.tasks import has_tasks
from signalgen.late import pattern
from signalgen.source.reading import FORMATTED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.flow.reach.reach import Reached
    from signalgen.index import Index
    from signalgen.values.index import FunctionRef, Receiver

_RANKS = {"http": 0, "mail": 1, "sleep": 2, "process": 2, "lock": 2, "image": 2}
"""The blocking kinds of effects; of several below one call the lowest rank is reported."""
_LEVELS = 6
_OPENING = "PIL.Image.open"
_OF_HEADER = frozenset({"size", "width", "height", "format", "mode", "info", "close", "verify"})
"""What an opened image tells without its pixels."""
_ASKS = pattern(r"\(\)\.(?:head_\w+|list_\w+)\)$")
# Statements that read or rebuild whole tables.
_SLOW_SQL = pattern(r"\s*(?:REFRESH\s+MATERIALIZED\s+VIEW|VACUUM|REINDEX|ANALYZE)\b", re.IGNORECASE)

_SLOW_COMMANDS = frozenset(
    {"rebuild_index", "update_index", "search_index", "collectstatic", "dumpdata", "compress"}
)


def check(receiver: Receiver, index: Index) -> Iterator[Found]:
    """Yield the slow work of a receiver, the slowest kind below each call in its body."""
    calls = possible(index, receiver.function, _LEVELS)
    # Plain mail is left to SG101; rendering a template for it certainly delays the request.
    renders = any(
        effect is not None and effect.kind == "render"
        for effect in map(partial(effect_of, index), calls)
    )
    worst: dict[int, tuple[int, str, Reached]] = {}
    for item in calls:
        rank, what = _slow(index, item, renders=renders)
        known = worst.get(id(item.entry))
        if what and (known is None or rank < known[0]):
            worst[id(item.entry)] = rank, what, item
    # To ask whether something is there belongs to what is done with it.
    asking = [key for key, (_, what, _item) in worst.items() if _ASKS.search(what)]
    for key in asking if len(asking) < len(worst) else ():
        del worst[key]
    # Opened, scaled and saved: only the first step on an image is reported.
    drawn = [key for key, (_, _what, item) in worst.items() if _draws(index, item)]
    for key in drawn[1:]:
        del worst[key]
    if not worst or runs_in_background(index, receiver):  # the expensive test comes last
        return
    answers = _is_asked(index, receiver)
    for _, what, item in worst.values():
        below = f" (in {item.function.qualname}, {item.function.path})" if item.chain else ""
        when = (
            "after the commit, but still in the request"
            if item.deferred
            else f"in {short(receiver.signals[0])}"
        )
        yield Found(
            path=receiver.function.path,
            node=item.entry,
            message=f"{receiver.function.name} {what} {when}{below}",
            hint="move it into a task, and queue the task on commit",
            severity="info" if answers or _is_accepted(index, item) else None,
            context=receiver.function.qualname,
        )


def _is_accepted(index: Index, item: Reached) -> bool:
    """Tell whether work is there by design, or the project has nowhere else to do it."""
    effect = effect_of(index, item)
    if effect is None or effect.meant:
        return effect is not None
    if effect.kind == "lock":
        return any(
            entered.context_expr is item.call
            for node in walk(item.function.node)
            if isinstance(node, (ast.With, ast.AsyncWith))
            for entered in node.items
        )
    return effect.kind == "image" and not has_tasks(index)


def _draws(index: Index, item: Reached) -> bool:
    effect = effect_of(index, item)
    return not item.chain and effect is not None and effect.kind == "image"


def _is_asked(index: Index, receiver: Receiver) -> bool:
    """Tell whether the sender uses the receiver's return value, which a task cannot give."""
    gives = any(
        isinstance(node, ast.Return)
        and node.value is not None
        and not (isinstance(node.value, ast.Constant) and node.value.value is None)
        for node in nodes_in(receiver.function.node)
    )
    sends = [
        item
        for item in (index.everything().signal_calls() if gives else ())
        if item.signal in receiver.signals and item.method != "disconnect"
    ]
    return bool(sends) and all(
        item.scope is not None
        and not isinstance(path_to(item.scope.node, item.call)[-2:][0], ast.Expr)
        for item in sends
    )


def _slow(index: Index, item: Reached, *, renders: bool) -> tuple[int, str]:
    """Return the rank of a call (0 is worst) and its description, empty if it is not slow."""
    effect = effect_of(index, item)
    if effect is not None and (
        effect.threaded or any(runs_in_thread(index, one) for one in item.chain)
    ):
        return 5, ""
    if effect is not None and effect.kind in _RANKS and (renders or effect.kind != "mail"):
        if effect.name == _OPENING and not _changes_image(item.function):
            return 5, ""
        return _RANKS[effect.kind], f"{effect.verb} ({effect.name})"
    command = _command(item)
    if command:
        return 3, f"runs {command}"
    if effect is not None and effect.kind == "render" and _repeats(index, item.function):
        return 4, "renders templates after queries in a loop"
    if _nested(index, item):
        return 4, "runs queries in loops within loops"
    return 5, ""


def _changes_image(function: FunctionRef) -> bool:
    """Tell whether a function that opens an image works on its pixels, or hands it to others."""
    opened = {
        name
        for name, values in values_of(function.node).items()
        if any(isinstance(one, ast.Call) and dotted(one.func).endswith("open") for one in values)
    }
    read = {
        id(node.value)
        for node in walk(function.node)
        if isinstance(node, ast.Attribute) and node.attr in _OF_HEADER
    }
    return not opened or any(
        isinstance(node, ast.Name)
        and isinstance(node.ctx, ast.Load)
        and node.id in opened
        and id(node) not in read
        for node in walk(function.node)
    )


def _command(item: Reached) -> str:
    """Return the SQL statement or command that a call runs over whole tables, else empty."""
    name = item.name.rpartition(".")[2] or getattr(item.call.func, "attr", "")
    first: ast.AST | None = item.call.args[0] if item.call.args else None
    if isinstance(first, FORMATTED):
        first = next(iter(children(first)), None)
    if not isinstance(first, ast.Constant) or not isinstance(first.value, str):
        return ""
    if name == "call_command" and first.value in _SLOW_COMMANDS:
        return f"the command {first.value}"
    if name == "execute" and _SLOW_SQL.match(first.value):
        return " ".join(first.value.split()[:3])
    return ""


def _repeats(index: Index, function: FunctionRef) -> bool:
    return any(not loop.is_short and query_in(index, function, loop) for loop in loops(function))


def _nested(index: Index, item: Reached) -> bool:
    """Tell whether a call in a loop with queries runs a loop over further rows itself."""
    if item.target is None or not any(
        not loop.is_short and _over_rows(loop.iter) for loop in loops(item.target)
    ):
        return False
    around = [loop for loop in loops(item.function) if not loop.is_short]
    return any(call is item.call for loop in around for call in loop.calls()) and any(
        query_in(index, item.function, loop) for loop in around
    )


def _over_rows(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("all", "filter")
    )


RULE = Rule("SG102", "blocking-work", "warning", on_receiver=check)
