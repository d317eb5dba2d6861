"""Receivers that call each other through what they write.

Flags
-----
A chain of receivers that leads back to its start: the first writes a model, a receiver of that
model writes another one, and so on until the first runs again. An error if no condition guards any
step, else an info.

Why it matters
--------------
Each write sends its signals before it returns, so the receivers run inside each other. Without a
condition that ends it, this goes on until Python raises RecursionError:
https://docs.djangoproject.com/en/stable/ref/signals/#post-save

Bad
---
```python
from django.db.models.signals import post_save
from django.dispatch import receiver

from shop.models import Invoice, Line, Order


@receiver(post_save, sender=Line)
def sum_up(sender, instance, **kwargs):
    instance.order.save()  # SG202


@receiver(post_save, sender=Order)
def add_gift(sender, instance, **kwargs):
    Line.objects.create(order=instance, name="gift")
```

Good
----
```python
from django.db.models.signals import post_save
from django.dispatch import receiver

from shop.models import Invoice, Line, Order


@receiver(post_save, sender=Line)
def sum_up(sender, instance, **kwargs):
    Order.objects.filter(pk=instance.order_id).update(number="1")


@receiver(post_save, sender=Order)
def add_gift(sender, instance, created, **kwargs):
    if created:
        Line.objects.create(order=instance, name="gift")
```

Stays silent when
-----------------
- the model of a write is unknown, or a receiver is for any sender;
- `QuerySet.update`, `bulk_create` or `save_base(raw=True)` writes: they send nothing;
- a write runs for new rows only (`created`) and the step before it saves an existing row;
- a receiver in the chain disconnects something.

Known misses
------------
- writes in tasks, in methods of objects of unknown class, and more than three helpers down;
- many-to-many changes.
"""

from __future__ import annotations

import ast
from collections import deque
from dataclasses import field
from typing import TYPE_CHECKING

from signalgen.check.engine.rule import Found, Rule
from signalgen.flow.connections.identity import sender_key
from signalgen.flow.function.guards import conditions, in_try
from signalgen.flow.function.signature import DELETE, MODEL_SIGNALS, SAVE, mentions_argument, short
from signalgen.flow.reach.reach import reached
from signalgen.flow.rows.writes import Write, write_of
from signalgen.index.reading.walking import nodes_in
from signalgen.late import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.flow.function.guards import Condition
    from signalgen.flow.reach.reach import Reached
    from signalgen.index import Index
    from signalgen.values.index import FunctionRef, Receiver

_LONGEST = 5


@dataclass(frozen=True, slots=True, eq=False)
class _Edge:
    """A write in one receiver that runs another.

    ``when_new``: the write happens only for new rows of the model that ``source`` receives.
    """

    source: Receiver
    target: Receiver
    entry: ast.Call
    write: Write
    guarded: bool
    when_new: bool


def check(index: Index) -> Iterator[Found]:
    """Yield each cycle once, at its first receiver in file order, shortest ones first."""
    edges = _Edges(index.everything())
    told: set[frozenset[int]] = set()
    for start in sorted(
        index.receivers, key=lambda item: (item.function.path, item.function.node.lineno)
    ):
        cycle = _cycle(edges, start)
        members = frozenset(id(edge.source.function) for edge in cycle)
        if cycle and members not in told:
            told.add(members)
            yield _found(cycle)


@dataclass(frozen=True, slots=True)
class _Edges:
    """The edges from each receiver, computed lazily, as are the listeners of each signal."""

    index: Index
    known: dict[int, list[_Edge]] = field(default_factory=dict)
    listening: dict[tuple[str, str], list[Receiver]] = field(default_factory=dict)

    def of(self, receiver: Receiver) -> list[_Edge]:
        key = id(receiver.function.node)
        if key not in self.known:
            listens = any(
                item.senders and signal in SAVE | DELETE
                for item in receiver.connections
                for signal in item.signals
            )
            self.known[key] = list(_writes(self, receiver)) if listens else []
        return self.known[key]

    def targets(self, signal: str, model: str) -> list[Receiver]:
        if not self.listening:
            for receiver in self.index.receivers:
                for item in receiver.connections:
                    for name in item.signals:
                        for sender in item.senders if name in SAVE | DELETE else ():
                            heard = (name, sender_key(self.index, sender))
                            self.listening.setdefault(heard, []).append(receiver)
        return self.listening.get((signal, model), [])


def _writes(edges: _Edges, receiver: Receiver) -> Iterator[_Edge]:
    index = edges.index
    if _disconnects(receiver.function):
        return
    for item in reached(index, receiver.function):
        write = write_of(index, item.function, item.call)
        if write is None or any(_disconnects(helper) for helper in item.chain):
            continue
        guards = _guards(receiver.function, item)
        guarded = write.maybe or bool(guards) or item.level > 1 or in_try(item.function, item.call)
        when_new = any(_is_created(receiver.function, condition) for condition in guards)
        for signal in _sent(write):
            for target in edges.targets(signal, write.model.dotted):
                if target.function is not receiver.function:
                    yield _Edge(receiver, target, item.entry, write, guarded, when_new)


def _sent(write: Write) -> tuple[str, ...]:
    kind = "delete" if write.verb == "deletes" else "save"
    return (f"{MODEL_SIGNALS}pre_{kind}", f"{MODEL_SIGNALS}post_{kind}")


def _guards(function: FunctionRef, item: Reached) -> list[Condition]:
    found = conditions(function, item.entry)
    if item.function is not function:
        found = [*found, *conditions(item.function, item.call)]
    # A test of ``raw`` alone ends no cycle: ordinary saves always pass it.
    return [
        condition
        for condition in found
        if not (
            mentions_argument(condition.test, function, "raw")
            and not isinstance(condition.test, ast.BoolOp)
        )
    ]


def _is_created(function: FunctionRef, condition: Condition) -> bool:
    """Tell whether a condition admits new rows only: ``created``, or an ``and`` with it."""
    test, positive = condition.test, condition.positive
    while isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        test, positive = test.operand, not positive
    parts = [test]
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And) and positive:
        parts = test.values
    # ``if not created or x: return`` admits what ``created and not x`` admits.
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.Or) and not positive:
        parts = [
            item.operand
            for item in test.values
            if isinstance(item, ast.UnaryOp) and isinstance(item.op, ast.Not)
        ]
        positive = True
    plain = (ast.Name, ast.Call, ast.Subscript)
    return positive and any(
        isinstance(item, plain) and mentions_argument(item, function, "created") for item in parts
    )


def _disconnects(function: FunctionRef) -> bool:
    return any(
        isinstance(node, ast.Attribute) and node.attr == "disconnect"
        for node in nodes_in(function.node)
    )


def _cycle(edges: _Edges, start: Receiver) -> list[_Edge]:
    """Return the shortest path from a receiver back to itself over edges that can follow."""
    # Breadth-first, so the first path that closes is a shortest one.
    waiting: deque[list[_Edge]] = deque([edge] for edge in edges.of(start))
    while waiting:
        way = waiting.popleft()
        end = way[-1].target
        if end.function is start.function:
            if _can_follow(way[-1], way[0]):
                return way
            continue
        if len(way) >= _LONGEST or any(edge.source.function is end.function for edge in way):
            continue
        waiting.extend([*way, edge] for edge in edges.of(end) if _can_follow(way[-1], edge))
    return []


def _can_follow(before: _Edge, after: _Edge) -> bool:
    # A save of an existing row never reaches a write for new rows only.
    return not after.when_new or before.write.verb == "creates"


def _found(cycle: list[_Edge]) -> Found:
    first = cycle[0]
    function = first.source.function
    steps = " → ".join(
        f"{edge.source.function.name} {edge.write.verb} {edge.write.model.name}" for edge in cycle
    )
    guarded = any(edge.guarded for edge in cycle)
    signal = next(short(name) for name in first.source.signals if name in SAVE | DELETE)
    return Found(
        path=function.path,
        node=first.entry,
        message=f"{steps} → {function.name} again ({signal})"
        + (", until a condition on the way is false" if guarded else ", without end"),
        hint="QuerySet.update() writes without sending signals; "
        "or return early when there is nothing to do",
        severity="info" if guarded else "error",
        context=function.qualname,
    )


RULE = Rule("SG202", "signal-cycle", "error", on_project=check)
