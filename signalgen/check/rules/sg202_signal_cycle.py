"""Receivers that call each other through what they write.

Flags
-----
A chain of receivers that leads back to its start: the first writes a model, a receiver of that
model writes another one, and so on until the first runs again. An error if no condition guards any
step, else an info. `instance.pk` in `post_save` is always true, and so is `not created` where the
step before saves an existing row. Models that Django ships, and a user model that a package
brings, count too.

Why it matters
--------------
Each write sends its signals before it returns, so the receivers run inside one another. Without a
condition that ends it, this continues until Python raises RecursionError:
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
- `QuerySet.update` or `bulk_create` writes: they send nothing;
- a write runs for new rows only (`created`) and the step before it saves an existing row;
- `update_or_create` has no `defaults`: a row that is there is not saved;
- a receiver in the chain disconnects something.

Known misses
------------
- writes in tasks, in methods of objects of unknown class, and more than three helpers down;
- many-to-many changes.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from dataclasses import field
from heapq import merge
from itertools import count
from operator import itemgetter
from typing import TYPE_CHECKING

from signalgen.check.engine.rule import Found, Rule
from signalgen.flow.connections.identity import sender_key
from signalgen.flow.function.guards import conditions, in_try
from signalgen.flow.function.signature import DELETE, MODEL_SIGNALS, SAVE, mentions_argument, short
from signalgen.flow.reach.arguments import possible
from signalgen.flow.rows.endless import is_muted
from signalgen.flow.rows.objectwrites import RowWrite, row_write
from signalgen.flow.rows.writes import write_of
from signalgen.index.memo import AT_ONCE, let_go
from signalgen.index.reading.walking import nodes_in
from signalgen.late import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import TypeAlias

    from signalgen.flow.function.guards import Condition
    from signalgen.flow.reach.reach import Reached
    from signalgen.index import Index
    from signalgen.values.index import FunctionRef, Receiver

    Sent: TypeAlias = tuple[str, str, bool]
    """A signal, the model that sends it, and whether the row is a new one."""

_LONGEST = 5


@dataclass(frozen=True, slots=True, eq=False)
class _SentWrite:
    """A write in a receiver, and one of the signals that it sends.

    ``when_new``: the write happens only for new rows of the model that ``source`` receives;
    ``when_old``: only for rows that were there, and under no other condition.
    """

    source: Receiver
    entry: ast.Call
    write: RowWrite
    guarded: bool
    when_new: bool
    when_old: bool
    sent: Sent


def check(index: Index) -> Iterator[Found]:
    """Yield each cycle once, at its first receiver in file order, shortest ones first."""
    whole = index.everything()
    # Most receivers write nothing that sends signals, and no cycle begins at them: of a few new
    # ones that is known without a look at all others.
    starts = [
        receiver
        for receiver in _some_at_a_time(whole, index.receivers)
        if next(_writes(whole, receiver), None) is not None
    ]
    steps = _tables(whole) if starts else _SentWrites()
    told: set[frozenset[int]] = set()
    for start in sorted(starts, key=lambda item: (item.function.path, item.function.node.lineno)):
        cycle = _cycle(steps, start)
        members = frozenset(id(step.source.function) for step in cycle)
        if cycle and members not in told:
            told.add(members)
            yield _found(cycle)


@dataclass(frozen=True, slots=True)
class _SentWrites:
    """The steps from signal to signal, which are few, not from receiver to receiver.

    ``heard`` and ``own`` have the signals and the steps of each receiver, by its node.
    ``following`` has, for what is sent, the steps of its receivers by what these send in turn, each
    with its place in the order of the receivers; ``before`` has the same backwards, without them.
    """

    heard: dict[int, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    own: dict[int, list[_SentWrite]] = field(default_factory=dict)
    following: defaultdict[Sent, defaultdict[Sent, list[tuple[int, _SentWrite]]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )
    before: defaultdict[Sent, set[Sent]] = field(default_factory=lambda: defaultdict(set))
    known: dict[tuple[tuple[tuple[str, str], ...], bool], list[set[Sent]]] = field(
        default_factory=dict
    )

    def leading_to(self, start: Receiver, steps: int, *, when_new: bool) -> set[Sent]:
        """Return what reaches ``start`` again, perhaps a new row only, after so many more steps."""
        heard = self.heard.get(id(start.function.node), ())
        levels = self.known.setdefault((heard, when_new), [])
        if not levels:
            news = (True,) if when_new else (False, True)
            levels.append({(*item, new) for item in heard for new in news})
        while len(levels) <= steps:
            levels.append({item for sent in levels[-1] for item in self.before[sent]})
        return levels[steps]

    def after(self, sent: Sent, wanted: set[Sent]) -> Iterable[_SentWrite]:
        """Return the steps that follow ``sent`` and send one of ``wanted``, in order."""
        steps = self.following[sent]
        found = [steps[item] for item in (wanted & steps.keys())]
        return (step for _, step in merge(*found, key=itemgetter(0)))


def _tables(index: Index) -> _SentWrites:
    steps = _SentWrites()
    places = count()
    for receiver in _some_at_a_time(index, index.receivers):
        key = id(receiver.function.node)
        heard = steps.heard[key] = _heard(index, receiver)
        own = steps.own[key] = list(_writes(index, receiver)) if heard else []
        for step in _different(own):
            place = next(places)
            for signal, model in heard:
                for new in (True,) if step.when_new else (False, True):
                    steps.following[signal, model, new][step.sent].append((place, step))
                    steps.before[step.sent].add((signal, model, new))
    return steps


def _different(steps: Iterable[_SentWrite]) -> Iterable[_SentWrite]:
    """Return the first of a receiver's steps of each kind: the others lead nowhere else."""
    kinds: dict[tuple[Sent, bool], _SentWrite] = {}
    for step in steps:
        kinds.setdefault((step.sent, step.when_new), step)
    return kinds.values()


def _some_at_a_time(index: Index, receivers: Sequence[Receiver]) -> Iterator[Receiver]:
    for number, receiver in enumerate(receivers, start=1):
        yield receiver
        if number % AT_ONCE == 0:
            let_go(index)


def _heard(index: Index, receiver: Receiver) -> tuple[tuple[str, str], ...]:
    found = (
        (name, sender_key(index, sender))
        for item in receiver.connections
        for name in item.signals
        for sender in (item.senders if name in SAVE | DELETE else ())
    )
    return tuple(dict.fromkeys(found))


def _writes(index: Index, receiver: Receiver) -> Iterator[_SentWrite]:
    if _disconnects(receiver.function):
        return
    for item in possible(index, receiver.function):
        write = _write(index, item)
        if write is None or any(_disconnects(helper) for helper in item.chain):
            continue
        if is_muted(index, item.function, item.call):
            continue
        guards = [one for one in _guards(receiver.function, item) if not _has_key(receiver, one)]
        others = [one for one in guards if not _is_not_created(receiver.function, one)]
        guarded = write.maybe or bool(others) or item.level > 1 or in_try(item.function, item.call)
        when_new = any(_is_created(receiver.function, condition) for condition in guards)
        for signal in _sent(write):
            sent = (signal, write.model, write.verb == "creates")
            # At post_delete the rows of a queryset are gone: the next time it finds fewer.
            ends = write.many and signal.endswith("post_delete")
            when_old = len(others) < len(guards)
            ended = guarded or ends
            yield _SentWrite(receiver, item.entry, write, ended, when_new, when_old, sent)


def _write(index: Index, item: Reached) -> RowWrite | None:
    found = write_of(index, item.function, item.call)
    if found is not None:
        return RowWrite(found.verb, found.model.dotted, found.maybe, many=found.many)
    other = row_write(index, item)
    # Under the name by which the model's receivers are found.
    known = other is not None and not other.bulk
    return other._replace(model=sender_key(index, other.model)) if known and other else None


def _sent(write: RowWrite) -> tuple[str, ...]:
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


def _without_not(condition: Condition) -> tuple[ast.expr, bool]:
    test, positive = condition.test, condition.positive
    while isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        test, positive = test.operand, not positive
    return test, positive


def _has_key(receiver: Receiver, condition: Condition) -> bool:
    """Tell whether a condition asks for the key of the row, which each saved row has."""
    test, positive = _without_not(condition)
    saved = all(name.endswith("post_save") for name in receiver.signals)
    return (
        saved
        and positive
        and isinstance(test, ast.Attribute)
        and test.attr in ("pk", "id")
        and isinstance(test.value, ast.Name)
        and mentions_argument(test, receiver.function, "instance")
    )


def _is_not_created(function: FunctionRef, condition: Condition) -> bool:
    """Tell whether a condition asks nothing but that the row was there before the save."""
    test, positive = _without_not(condition)
    is_name = isinstance(test, ast.Name) and mentions_argument(test, function, "created")
    return is_name and not positive


def _is_created(function: FunctionRef, condition: Condition) -> bool:
    """Tell whether a condition admits new rows only: ``created``, or an ``and`` with it."""
    test, positive = _without_not(condition)
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


def _cycle(steps: _SentWrites, start: Receiver) -> list[_SentWrite]:
    """Return the shortest way from a receiver back to itself, the first of them in order."""
    first = steps.own.get(id(start.function.node), [])
    for length in range(2, _LONGEST + 1):
        for step in _different(first):
            way = _closed(steps, start, [step], length - 1)
            if way:
                return way
    return []


def _closed(
    steps: _SentWrites, start: Receiver, way: list[_SentWrite], missing: int
) -> list[_SentWrite]:
    """Return ``way`` with the missing steps, the last of which runs ``start``, or nothing."""
    # A save of an existing row never reaches a write for new rows only, neither the first one.
    first, last = way[0], way[-1]
    if last.sent not in steps.leading_to(start, missing, when_new=first.when_new):
        return []
    if not missing:
        return way
    wanted = steps.leading_to(start, missing - 1, when_new=first.when_new)
    for step in steps.after(last.sent, wanted):
        if all(step.source.function is not earlier.source.function for earlier in way):
            found = _closed(steps, start, [*way, step], missing - 1)
            if found:
                return found
    return []


def _found(cycle: list[_SentWrite]) -> Found:
    first = cycle[0]
    function = first.source.function
    steps = " → ".join(
        f"{step.source.function.name} {step.write.verb} {short(step.write.model)}" for step in cycle
    )
    # ``not created`` ends it only where the step before makes a new row.
    before = [cycle[-1], *cycle[:-1]]
    guarded = any(
        step.guarded or (step.when_old and last.sent[2])
        for last, step in zip(before, cycle, strict=True)
    )
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
