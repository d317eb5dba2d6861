"""A use of `pk_set` that a clear breaks, or a receiver that assumes the forward side.

Flags
-----
In a receiver of `m2m_changed`: `pk_set` iterated, counted or used in a query where the actions
`pre_clear` and `post_clear` occur as well; an element taken from a `pk_set` that may be empty. As a
warning: the related rows, read where only `post_clear` can get. As an info: `instance` used as the
model that has the field (`instance.number`, `order_id=instance.pk`) while `reverse` is never
tested.

Why it matters
--------------
`pk_set` is None when everything is cleared, and empty if all added rows were already there. When
the other side makes the change, `instance` is a row of the other model:
https://docs.djangoproject.com/en/stable/ref/signals/#m2m-changed

Bad
---
```python
from django.db.models.signals import m2m_changed
from django.dispatch import receiver

from shop.models import Order, Tag


@receiver(m2m_changed, sender=Order.tags.through)
def mark_tags(sender, instance, pk_set, reverse, **kwargs):
    Tag.objects.filter(pk__in=pk_set).update(name="used")  # SG402
```
```python
from django.db.models.signals import m2m_changed
from django.dispatch import receiver

from shop.models import Order


@receiver(m2m_changed, sender=Order.tags.through)
def show_number(sender, instance, action, **kwargs):
    print(action, instance.number)  # SG402
```

Good
----
```python
from django.db.models.signals import m2m_changed
from django.dispatch import receiver

from shop.models import Order, Tag


@receiver(m2m_changed, sender=Order.tags.through)
def mark_tags(sender, instance, action, pk_set, reverse, **kwargs):
    if action == "post_add" and not reverse:
        Tag.objects.filter(pk__in=pk_set).update(name="used")
```
```python
from django.db.models.signals import m2m_changed
from django.dispatch import receiver

from shop.models import Order


@receiver(m2m_changed, sender=Order.tags.through)
def show_keys(sender, instance, pk_set, **kwargs):
    print(sorted(pk_set or ()))
```

Stays silent when
-----------------
- a test of `action` or of `pk_set` excludes a clear, or may do so;
- the use is in a `try`;
- for `reverse`: the receiver looks at `reverse`, `model` or the class of `instance`, the relation
  has no reverse accessor, or the other model also has an attribute of that name.

Known misses
------------
- helpers more than one level down.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.check.engine.rule import Found, Rule
from signalgen.facts.signals import M2M_ACTIONS
from signalgen.flow.function.guards import in_try
from signalgen.flow.function.payload import Use, uses
from signalgen.flow.function.signature import M2M, has_signal, mentions_argument, names_of
from signalgen.flow.function.truth import may_run
from signalgen.flow.reach.reach import own_calls
from signalgen.index.members.rownames import row_names
from signalgen.index.members.targets import target_of
from signalgen.index.models.relations import RELATED_READS
from signalgen.index.reading.code import flattened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index
    from signalgen.values.index import FunctionRef, ModelInfo, Receiver

_CLEAR = ("pre_clear", "post_clear")
_ADD = ("pre_add", "post_add")
_READS = RELATED_READS - {"count", "acount", "exists", "aexists", "aggregate", "aaggregate"}
"""Methods that fetch rows; counting them is legitimate after a clear as well."""
_WITH_FIELD = 3


def check(receiver: Receiver, index: Index) -> Iterator[Found]:
    """Yield the first failing use of ``pk_set``, and the first one-sided use of ``instance``."""
    if not has_signal(receiver, M2M):
        return
    function = receiver.function
    failing = next(_failing(index, function), None)
    if failing is not None:
        node, why = failing
        yield Found(
            path=function.path,
            node=node,
            message=f"{function.name} uses pk_set, which is {why}",
            hint="test action first, or pk_set itself",
            context=function.qualname,
        )
    gone = next(_read_when_cleared(index, receiver), None)
    if gone is not None:
        yield Found(
            path=function.path,
            node=gone,
            message=f"{function.name} reads the related rows in post_clear, when none are left",
            hint="read them in pre_clear",
            severity="warning",
            context=function.qualname,
        )
    yield from _one_sided(index, receiver)


def _read_when_cleared(index: Index, receiver: Receiver) -> Iterator[ast.Call]:
    """Yield reads of the changed relation that only ``post_clear`` leads to."""
    function = receiver.function
    parts = receiver.senders[0].split(".") if len(receiver.senders) == 1 else []
    if len(parts) < _WITH_FIELD or parts[-1] != "through":
        return
    names = names_of(function, "instance")
    for item in own_calls(index, function):
        func = item.call.func
        if item.function is not function or not isinstance(func, ast.Attribute):
            continue
        owner = func.value
        if func.attr not in _READS or not isinstance(owner, ast.Attribute):
            continue
        if owner.attr != parts[-2] or not _is_name(owner.value, names):
            continue
        runs = {
            action: may_run(index, function, item.call, {"action": action})
            for action in M2M_ACTIONS.values()
        }
        if runs.pop("post_clear") and not any(one is not False for one in runs.values()):
            yield item.call


def _failing(index: Index, function: FunctionRef) -> Iterator[tuple[ast.AST, str]]:
    """Yield failing uses in the receiver, then the calls of helpers that have them."""
    for use in uses(function, "pk_set"):
        why = _why(index, function, use)
        if why:
            yield use.node, why
    for item in own_calls(index, function):
        target = item.target
        if target is None or item.function is not function or in_try(function, item.call):
            continue
        for name, value in _handed_on(target, item.call):
            if not _is_name(value, names_of(function, "pk_set")):
                continue
            # A clear has to reach the call, and from there the use under the helper's own tests.
            cleared = any(_runs(index, function, item.call, action, None) for action in _CLEAR)
            action = next(
                (
                    key
                    for key, given in _handed_on(target, item.call)
                    if _is_action(function, given)
                ),
                "",
            )
            if cleared and any(
                _fails_in(index, target, use, name, action) for use in uses(target, name)
            ):
                yield item.call, f"None for a clear (used in {target.qualname}, {target.path})"


def _fails_in(index: Index, helper: FunctionRef, use: Use, name: str, action: str) -> bool:
    if in_try(helper, use.node):
        return False
    return any(
        may_run(index, helper, use.node, {name: None, **({action: clear} if action else {})})
        is True
        for clear in _CLEAR
    )


def _why(index: Index, function: FunctionRef, use: Use) -> str:
    if in_try(function, use.node):
        return ""
    for action in _CLEAR:
        if _runs(index, function, use.node, action, None):
            return f"None for {action}"
    if use.takes_one:
        for action in _ADD:
            if _runs(index, function, use.node, action, frozenset()):
                return f"empty for {action} when all rows were already there"
    return ""


def _runs(index: Index, function: FunctionRef, node: ast.AST, action: str, pk_set: object) -> bool:
    return may_run(index, function, node, {"action": action, "pk_set": pk_set}) is True


def _handed_on(target: FunctionRef, call: ast.Call) -> Iterator[tuple[str, ast.expr]]:
    arguments = target.node.args
    named = [item.arg for item in [*arguments.posonlyargs, *arguments.args]]
    if target.cls is not None:
        named = named[1:]
    # After a ``*args`` positions mean nothing.
    if any(isinstance(item, ast.Starred) for item in call.args):
        return
    yield from zip(named, call.args, strict=False)
    yield from ((item.arg, item.value) for item in call.keywords if item.arg)


def _is_name(node: ast.expr, names: frozenset[str]) -> bool:
    return isinstance(node, ast.Name) and node.id in names


def _is_action(function: FunctionRef, node: ast.expr) -> bool:
    return _is_name(node, names_of(function, "action"))


def _one_sided(index: Index, receiver: Receiver) -> Iterator[Found]:
    """Yield the first use of ``instance`` that fits only the model with the field."""
    function = receiver.function
    sides = _sides(index, receiver)
    if sides is None or any(
        mentions_argument(function.node, function, name) for name in ("reverse", "model")
    ):
        return
    forward, other, others = sides
    names = names_of(function, "instance")
    if any(
        _asks_class(node, names) or _forwards(node, function) for node in ast.walk(function.node)
    ):
        return
    only = _attributes(forward) - others
    for node in ast.walk(function.node):
        if not _is_forward(node, names, only, forward) or in_try(function, node):
            continue
        yield Found(
            path=function.path,
            node=node,
            message=f"{function.name} assumes that instance is a {forward.name}: if the change "
            f"is made from {other}, it is a {other}",
            hint="test the argument reverse first",
            severity="info",
            context=function.qualname,
        )
        return


def _is_forward(node: ast.AST, names: frozenset[str], only: set[str], forward: ModelInfo) -> bool:
    """Tell whether a node reads ``instance.attribute``, or hands its key on as ``order_id=``."""
    if isinstance(node, ast.Attribute):
        return _is_name(node.value, names) and node.attr in only
    if not isinstance(node, ast.keyword):
        return False
    called = _snake(forward.name)
    value = node.value
    if isinstance(value, ast.Attribute) and value.attr in ("pk", "id"):
        value = value.value
    elif node.arg != called:
        return False
    return node.arg in (called, f"{called}_id", f"{called}_pk") and _is_name(value, names)


def _snake(name: str) -> str:
    return "".join(f"_{one.lower()}" if one.isupper() else one for one in name).lstrip("_")


def _sides(
    index: Index, receiver: Receiver
) -> tuple[ModelInfo, str, frozenset[str] | set[str]] | None:
    """Return the model with the field, and the name and attributes of its target.

    None unless both are known and differ.
    """
    if len(receiver.senders) != 1 or not receiver.senders[0].endswith(".through"):
        return None
    owner, _, name = receiver.senders[0].removesuffix(".through").rpartition(".")
    forward = index.model(owner)
    field = forward.field(name) if forward is not None else None
    if forward is None or field is None or field.related_name.endswith("+"):
        return None
    target = target_of(index, forward, field)
    other = index.model(target or field.target)
    if other is None:
        # The user of Django itself, whose names are known.
        known = row_names(index, target) if target else None
        return (forward, known.name, known.told) if known is not None else None
    if not other.complete or other.dotted == forward.dotted:
        return None
    return forward, other.name, _attributes(other)


def _attributes(model: ModelInfo) -> set[str]:
    found = {item.name for item in model.fields}
    for stmt in flattened(model.cls.node.body):
        if isinstance(stmt, (ast.FunctionDef, ast.AsyncFunctionDef)):
            found.add(stmt.name)
    for parent in model.parents:
        found |= _attributes(parent)
    return found - {"id", "pk", "save", "delete"}


def _asks_class(node: ast.AST, names: frozenset[str]) -> bool:
    """Tell whether a node inspects the class of ``instance``, as by ``isinstance`` or ``_meta``."""
    if isinstance(node, ast.Attribute):
        return node.attr in ("__class__", "_meta") and _is_name(node.value, names)
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or not node.args:
        return False
    asking = node.func.id in ("isinstance", "hasattr", "getattr", "type", "issubclass")
    return asking and _is_name(node.args[0], names)


def _forwards(node: ast.AST, function: FunctionRef) -> bool:
    kwargs = function.node.args.kwarg
    return (
        kwargs is not None
        and isinstance(node, ast.Call)
        and any(
            _is_name(item.value, frozenset({kwargs.arg}))
            for item in node.keywords
            if item.arg is None
        )
    )


RULE = Rule("SG402", "m2m-payload", "error", on_receiver=check)
