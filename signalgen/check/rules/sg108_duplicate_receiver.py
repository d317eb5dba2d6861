"""The same receiver registered twice for one signal and sender.

Flags
-----
A function registered twice for one signal and sender. If the `dispatch_uid` differs or one of the
two registrations is for any sender, it runs twice; otherwise the second changes nothing, which is
an info. Also two functions with the same body for one signal and sender, and receivers of a module
that the project imports under two names (`shop.receivers`, `apps.shop.receivers`): Python loads it
twice.

Why it matters
--------------
Each registration is one more call: mails go out twice, counters count double. Django drops the
second only if function (or uid) and sender are the same:
https://docs.djangoproject.com/en/stable/topics/signals/#preventing-duplicate-signals

Bad
---
```python
from django.db.models.signals import post_save
from django.dispatch import receiver

from shop.models import Order


@receiver(post_save)
@receiver(post_save, sender=Order)  # SG108
def count_orders(sender, instance, **kwargs): ...
```
```python
from django.db.models.signals import post_save
from django.dispatch import receiver

from shop.models import Order
from somewhere import send_thanks


@receiver(post_save, sender=Order)
def thank(sender, instance, **kwargs):
    send_thanks(instance.email)


@receiver(post_save, sender=Order)
def say_thanks(sender, instance, **kwargs):  # SG108
    send_thanks(instance.email)
```

Good
----
```python
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from shop.models import Line, Order


@receiver([post_save, post_delete], sender=Order)
@receiver([post_save, post_delete], sender=Line)
def recount(sender, instance, **kwargs): ...
```

Stays silent when
-----------------
- the two are in branches or functions of which only one may run, or the receiver is disconnected
  somewhere;
- the module is imported under two names, but the receiver has a `dispatch_uid`;
- a sender or uid is unknown, or a project decorator registers the function;
- of two equal functions nothing imports the module of one (SG103);
- the bodies call nothing, or the functions have further decorators.

Known misses
------------
- a module that is imported under two names, one of them by a relative import in a package that
  INSTALLED_APPS does not name.
"""

from __future__ import annotations

import ast
from heapq import merge
from operator import itemgetter
from typing import TYPE_CHECKING

from signalgen.check.engine.rule import Found, Rule
from signalgen.dotted import dotted
from signalgen.flow.connections.identity import ANY, function_key, keys_of, text_value, uid_of
from signalgen.flow.function.branches import both_run
from signalgen.flow.function.doubled import twins
from signalgen.flow.function.guards import conditions_at
from signalgen.flow.function.signature import short
from signalgen.flow.function.wrapping import is_wrapped
from signalgen.index.memo import answered_once
from signalgen.index.reading.given import argument
from signalgen.index.reading.loading import is_loaded
from signalgen.index.reading.resolving import local_names, resolve
from signalgen.index.reading.walking import walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index
    from signalgen.values.check import Severity
    from signalgen.values.index import Connection, FunctionRef, Receiver


def check(index: Index) -> Iterator[Found]:
    """Yield repeated registrations of a function, and the later of two identical functions.

    Also those of a module that is loaded twice.
    """
    yield from _loaded_twice(index)
    yield from _registered_twice(index)
    yield from _written_twice(index)


def _loaded_twice(index: Index) -> Iterator[Found]:
    for item in index.connections:
        if item.scope is not None or _is_one(item):
            continue
        two = twins(index, item.path)
        if two is None or conditions_at(index, item.path, item.node, None):
            continue
        first, second = (f"{one.name} ({one.path}:{one.line})" for one in two)
        signal = short(item.signals[0]) if item.signals else "the signal"
        yield Found(
            path=item.path,
            node=item.node,
            message=f"this module is imported as {first} and as {second}, so {signal} calls "
            f"{item.written} twice",
            hint="import it by one name; with a dispatch_uid Django ignores the second",
            context=item.receiver.qualname if item.receiver is not None else item.written,
        )


def _is_one(item: Connection) -> bool:
    """Tell whether a uid merges two registrations: not if it contains the module's name."""
    uid = item.uid
    return uid is not None and not any(
        isinstance(node, ast.Name) and node.id == "__name__" for node in walk(uid)
    )


def _registered_twice(index: Index) -> Iterator[Found]:
    seen: dict[tuple[str, str], list[Connection]] = {}
    for item in index.connections:
        function = function_key(index, item) if _is_plain(item) else None
        if function is None:
            continue
        found: tuple[Connection, str, Severity] | None = None
        for signal in item.signals:
            for earlier in seen.get((function, signal), ()):
                severity = _severity(index, earlier, item)
                if (
                    found is None
                    and severity is not None
                    and not _is_disconnected(index, signal, item)
                ):
                    found = earlier, signal, severity
            seen.setdefault((function, signal), []).append(item)
        if found is not None:
            yield _again(index, item, *found)


def _is_plain(item: Connection) -> bool:
    # A module-level function that is connected as it is: one object under all its names.
    function = item.receiver
    by_own_decorator = (
        item.style == "receiver" and item.call is None and dotted(item.node)[-8:] != ".connect"
    )
    nested = function is not None and (function.cls is not None or function.outer is not None)
    return (
        not by_own_decorator
        and not nested
        and not (function and isinstance(function.node, ast.Lambda))
    )


def _severity(index: Index, one: Connection, other: Connection) -> Severity | None:
    """Return how bad registering a function both ways is, None if it is harmless."""
    keys = keys_of(index, one), keys_of(index, other)
    if keys[0] is None or keys[1] is None or not both_run(index, one, other):
        return None
    uids = uid_of(index, one), uid_of(index, other)
    # A uid that is given but unknown may be anything.
    if any(
        uid is None and item.uid is not None for uid, item in zip(uids, (one, other), strict=True)
    ):
        return None
    if keys[0] & keys[1]:
        return "info" if uids[0] == uids[1] else "warning"
    return "warning" if ANY in keys[0] | keys[1] else None


def _is_disconnected(index: Index, signal: str, item: Connection) -> bool:
    names = {(signal, item.written.rpartition(".")[2]), (signal, uid_of(index, item))}
    return not names.isdisjoint(_disconnected(index))


@answered_once
def _disconnected(index: Index) -> frozenset[tuple[str, str]]:
    return frozenset(_disconnects(index))


def _disconnects(index: Index) -> Iterator[tuple[str, str]]:
    """Yield each disconnected signal with the name of the function, and with the uid."""
    for item in index.everything().signal_calls():
        if item.method == "disconnect":
            yield item.signal, dotted(argument(item.call, "receiver", 0)).rpartition(".")[2]
            uid = text_value(index, item.path, argument(item.call, "dispatch_uid", 2), item.scope)
            if uid:
                yield item.signal, uid


def _again(
    index: Index, item: Connection, earlier: Connection, signal: str, severity: Severity
) -> Found:
    line = index.code.place(earlier.path, earlier.node).line
    outcome = "this one changes nothing" if severity == "info" else "it runs twice"
    return Found(
        path=item.path,
        node=item.node,
        message=f"{item.written} is already registered for {short(signal)} "
        f"({earlier.path}:{line}): {outcome}",
        hint="register it once for each signal and sender",
        severity=severity,
        context=item.receiver.qualname if item.receiver is not None else item.written,
    )


def _written_twice(index: Index) -> Iterator[Found]:
    alike: dict[tuple[object, ...], list[Receiver]] = {}
    for receiver in index.receivers:
        node = receiver.function.node
        if not isinstance(node, ast.Lambda):
            kinds = (item.__class__ for item in walk(node.body[-1]))
            alike.setdefault((*kinds,), []).append(receiver)
    by_body: dict[str, list[Receiver]] = {}
    # To write a whole body out takes longer than to compare the nodes of its last statement.
    for receiver in (item for found in alike.values() if len(found) > 1 for item in found):
        body = _body(receiver)
        if body:
            by_body.setdefault(body, []).append(receiver)
    for equal in (found for found in by_body.values() if len(found) > 1):
        # Only those that hear the same are compared: a project may have thousands of one body.
        hearing: dict[tuple[str, str], list[tuple[int, Receiver]]] = {}
        for place, other in enumerate(equal):
            heard = _heard(index, other)
            earlier = merge(*(hearing.get(key, ()) for key in heard), key=itemgetter(0))
            for _, one in earlier:
                signal = _shared(index, one, other)
                if signal and _are_both(index, one.function, other.function):
                    yield _copied(index, one, other, signal)
                    break
            for key in heard:
                hearing.setdefault(key, []).append((place, other))


def _are_both(index: Index, one: FunctionRef, other: FunctionRef) -> bool:
    # One of two similar modules is often a leftover.
    loaded = one.path == other.path or (is_loaded(index, one.path) and is_loaded(index, other.path))
    return loaded and _mean_the_same(index, one, other)


def _heard(index: Index, receiver: Receiver) -> set[tuple[str, str]]:
    """Return each signal that a receiver gets, with a key of its senders."""
    return {
        (signal, key)
        for item in receiver.connections
        for key in keys_of(index, item) or ()
        for signal in item.signals
    }


def _body(receiver: Receiver) -> str:
    """Return a key for functions of equal body and parameters, empty if the body calls nothing."""
    node = receiver.function.node
    if isinstance(node, ast.Lambda) or is_wrapped(receiver):
        return ""
    first = node.body[0]
    docstring = (
        isinstance(first, ast.Expr)
        and isinstance(first.value, ast.Constant)
        and isinstance(first.value.value, str)
    )
    body = node.body[1:] if docstring else node.body
    if not any(isinstance(item, ast.Call) for stmt in body for item in ast.walk(stmt)):
        return ""
    return "\n".join([ast.dump(node.args), *(ast.dump(stmt) for stmt in body)])


def _shared(index: Index, one: Receiver, other: Receiver) -> str:
    """Return a signal that both receivers get from the same sender, empty if there is none."""
    if (
        one.function.path == other.function.path
        and one.function.qualname == other.function.qualname
    ):
        return ""  # SG109 reports those
    for left in one.connections:
        for right in other.connections:
            signals = [signal for signal in left.signals if signal in right.signals]
            keys = keys_of(index, left), keys_of(index, right)
            if not signals or keys[0] is None or keys[1] is None or not keys[0] & keys[1]:
                continue
            same_uid = left.uid is not None and uid_of(index, left) == uid_of(index, right)
            if not same_uid and both_run(index, left, right):
                return signals[0]
    return ""


def _mean_the_same(index: Index, one: FunctionRef, other: FunctionRef) -> bool:
    if (
        one.cls is not None
        or other.cls is not None
        or one.outer is not None
        or other.outer is not None
    ):
        return False
    # Equal text is not enough: each free name has to refer to the same object.
    own = local_names(one.node)
    names = {item.id for item in ast.walk(one.node) if isinstance(item, ast.Name)} - own
    return all(
        resolve(index.code, one.path, name, one) == resolve(index.code, other.path, name, other)
        for name in names
    )


def _copied(index: Index, one: Receiver, other: Receiver, signal: str) -> Found:
    first, function = one.function, other.function
    line = index.code.place(first.path, first.node).line
    return Found(
        path=function.path,
        node=index.header(function),
        message=f"{function.name} does for {short(signal)} what {first.name} "
        f"({first.path}:{line}) already does",
        hint="keep one of the two",
        context=function.qualname,
    )


RULE = Rule("SG108", "duplicate-receiver", "warning", on_project=check, default=False)
