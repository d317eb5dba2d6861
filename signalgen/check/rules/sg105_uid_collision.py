"""Two functions with the same ``dispatch_uid``, or a receiver that each run connects again.

Flags
-----
Two different functions registered for the same signal and sender with the same `dispatch_uid`. Also
a nested function or lambda that is connected with `weak=False` and no `dispatch_uid` in code that
certainly runs more than once: a receiver, a task, an `__init__`, or a loop that changes neither the
signal nor the sender.

Why it matters
--------------
Django identifies a receiver by its uid and its sender. The second function with a uid is silently
not connected. Without a uid, a receiver is identified by its `id()`, so each newly created function
is one more receiver:
https://docs.djangoproject.com/en/stable/topics/signals/#preventing-duplicate-signals

Bad
---
```python
from django.db.models.signals import post_save
from django.dispatch import receiver

from shop.models import Order


@receiver(post_save, sender=Order, dispatch_uid="shop.order")
def send_invoice(sender, instance, **kwargs): ...


@receiver(post_save, sender=Order, dispatch_uid="shop.order")  # SG105
def count_orders(sender, instance, **kwargs): ...
```
```python
from django.db.models.signals import post_save

from shop.models import Order


class Watch:
    def __init__(self, name):
        def watch(sender, instance, **kwargs):
            print(name, instance)

        post_save.connect(watch, sender=Order, weak=False)  # SG105
```

Good
----
```python
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from shop.models import Line, Order


@receiver(post_save, sender=Order, dispatch_uid="shop.order")
def send_invoice(sender, instance, **kwargs): ...


@receiver(post_save, sender=Line, dispatch_uid="shop.order")
def count_lines(sender, instance, **kwargs): ...


@receiver(post_delete, sender=Order, dispatch_uid="shop.order")
def count_orders(sender, instance, **kwargs): ...
```

Stays silent when
-----------------
- the signal or the sender differs: one uid may serve several;
- the function is the same;
- the two are in branches of which only one runs, or the uid is disconnected somewhere;
- the uid, the sender or the function is unknown;
- a plain module-level function is connected again: Django recognizes it.

Known misses
------------
- uids computed at run time;
- a function that is called several times without being a receiver, a task or an `__init__`.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.check.engine.rule import Found, Rule
from signalgen.flow.connections.identity import function_key, keys_of, text_value, uid_of
from signalgen.flow.function.branches import both_run
from signalgen.flow.function.guards import path_to
from signalgen.flow.function.signature import mentions, short
from signalgen.index.memo import answered_once
from signalgen.index.reading.given import argument
from signalgen.index.tasks import task_library

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index
    from signalgen.values.index import Connection, FunctionRef

_Key = tuple[str, str, str]


def check(index: Index) -> Iterator[Found]:
    """Yield the second function under each uid, and receivers that each run connects once more."""
    seen: dict[_Key, list[tuple[str, Connection]]] = {}
    for item in index.connections:
        if item.uid is None:
            if _piles_up(index, item):
                yield _piling(item)
            continue
        uid, senders, function = (
            uid_of(index, item),
            keys_of(index, item),
            function_key(index, item),
        )
        if uid is None or senders is None or function is None:
            continue
        keys = [(signal, sender, uid) for signal in item.signals for sender in sorted(senders)]
        earlier = _clash(index, item, function, keys, seen)
        if earlier is not None and uid not in _disconnected(index):
            yield _collision(index, item, earlier, uid)
        for key in keys:
            seen.setdefault(key, []).append((function, item))


def _clash(
    index: Index,
    item: Connection,
    function: str,
    keys: list[_Key],
    seen: dict[_Key, list[tuple[str, Connection]]],
) -> Connection | None:
    """Return an earlier connection of another function under one of ``keys`` that also runs."""
    for key in keys:
        for other, earlier in seen.get(key, ()):
            if other != function and both_run(index, earlier, item):
                return earlier
    return None


@answered_once
def _disconnected(index: Index) -> set[str]:
    calls = (item for item in index.everything().signal_calls() if item.method == "disconnect")
    uids = (
        text_value(index, item.path, argument(item.call, "dispatch_uid", 2), item.scope)
        for item in calls
    )
    return {uid for uid in uids if uid}


def _collision(index: Index, item: Connection, earlier: Connection, uid: str) -> Found:
    line = index.code.place(earlier.path, earlier.node).line
    return Found(
        path=item.path,
        node=item.node,
        message=f"{item.written} is not connected: {earlier.written} ({earlier.path}:{line}) "
        f"already has the dispatch_uid {uid!r}",
        hint="give each function a dispatch_uid of its own",
        context=item.receiver.qualname if item.receiver is not None else item.written,
    )


def _piles_up(index: Index, item: Connection) -> bool:
    function, scope = item.receiver, item.scope
    if function is None or scope is None or item.call is None or function.cls is not None:
        return False
    # A closure or lambda is a new object at each run, and weak=False keeps every one of them.
    made_anew = isinstance(function.node, ast.Lambda) or function.outer is not None
    kept = isinstance(item.weak, ast.Constant) and item.weak.value is False
    return made_anew and kept and _runs_often(index, item, scope) and not _undoes(scope)


def _runs_often(index: Index, item: Connection, scope: FunctionRef) -> bool:
    if scope.name == "__init__" and not _is_config(scope):
        return True
    if index.everything().receiver_of(scope) is not None or task_library(index, scope) is not None:
        return True
    return any(_repeats(node, item) for node in path_to(scope.node, item.node)[1:-1])


def _is_config(scope: FunctionRef) -> bool:
    return scope.cls is not None and scope.cls.name.endswith("Config")


def _repeats(node: ast.AST, item: Connection) -> bool:
    """Tell whether a loop makes the receiver and connects it to the same signal and sender."""
    if not isinstance(node, (ast.For, ast.While)) or item.receiver is None:
        return False
    if not path_to(node, item.receiver.node) or item.call is None:
        return False
    names = {
        name.id
        for name in ast.walk(node)
        if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store)
    }
    parts = [item.call.func, *([item.sender] if item.sender is not None else [])]
    # A loop whose variables reach the signal, sender or closure connects different things.
    return not any(mentions(part, names) for part in parts) and not mentions(
        item.receiver.node, names
    )


def _undoes(scope: FunctionRef) -> bool:
    return any(
        isinstance(node, ast.Attribute) and node.attr == "disconnect"
        for node in ast.walk(scope.node)
    )


def _piling(item: Connection) -> Found:
    signal = short(item.signals[0]) if item.signals else "the signal"
    where = item.scope.name if item.scope is not None else item.module
    return Found(
        path=item.path,
        node=item.node,
        message=f"each run of {where} connects one more {item.written} to {signal}",
        hint="with a dispatch_uid, Django sees that it is already connected",
        context=item.receiver.qualname if item.receiver is not None else item.written,
    )


RULE = Rule("SG105", "uid-collision", "error", on_project=check)
