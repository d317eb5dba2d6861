"""Several senders in one `sender`.

Flags
-----
A list, tuple, set, dict or comprehension as the `sender` of a registration, written there or in a
name that is assigned once; `Order | Gift`; `Order or Gift`, which is `Order` alone.

Why it matters
--------------
A signal compares its sender with that one object, by identity. No row is of the class "list", so
the receiver is never called, and Django says nothing. Only the signals may be a list:
https://docs.djangoproject.com/en/stable/topics/signals/#connecting-to-signals-sent-by-specific-senders

Bad
---
```python
from django.db.models.signals import post_save
from django.dispatch import receiver

from shop.models import Line, Order


@receiver(post_save, sender=[Order, Line])  # SG308
def on_saved(sender, instance, **kwargs): ...


def on_either(sender, instance, **kwargs): ...


post_save.connect(on_either, sender=Order or Line)  # SG308
```

Good
----
```python
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from shop.models import Line, Order


@receiver([post_save, post_delete], sender=Order)
@receiver([post_save, post_delete], sender=Line)
def on_change(sender, instance, **kwargs): ...


def on_either(sender, instance, **kwargs): ...


for model in (Order, Line):
    post_save.connect(on_either, sender=model)
```

Stays silent when
-----------------
- the signal is unknown, or of a subclass of Signal, which may compare in its own way;
- a decorator or helper of the project takes the list: it may connect each of them;
- the name is assigned twice, or filled elsewhere;
- the first of `A or B` may be false: it is not a known class, or is a call.

Known misses
------------
- lists that functions return.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.check.engine.rule import Found, Rule
from signalgen.check.fixes.repeating import one_call_each
from signalgen.dotted import dotted
from signalgen.flow.connections.senders import (
    context,
    is_given_in_call,
    is_plain,
    takes_lazy_sender,
)
from signalgen.flow.function.signature import short
from signalgen.index.models.senders import USER_CALL, USER_SETTING, sender_names
from signalgen.index.reading.listed import PlacedExpression, assigned
from signalgen.index.reading.resolving import find_class
from signalgen.values.check import Fix

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index
    from signalgen.values.index import Connection

_KINDS: dict[type[ast.expr], str] = {
    ast.List: "a list",
    ast.Tuple: "a tuple",
    ast.Set: "a set",
    ast.Dict: "a dict",
    ast.ListComp: "a list",
    ast.SetComp: "a set",
    ast.DictComp: "a dict",
    ast.GeneratorExp: "a generator",
}
_LONGEST = 60
_COPIES = {"list": "a list", "tuple": "a tuple", "set": "a set", "frozenset": "a set"}


def check(index: Index) -> Iterator[Found]:
    """Yield each registration whose sender is several."""
    for item in index.connections:
        if item.sender is None or not item.signals or not is_given_in_call(item):
            continue
        if not all(_compares(index, signal) for signal in item.signals):
            continue
        told = _collection(index, item, item.sender) or _chosen(index, item)
        if told is not None:
            message, hint, fix = told
            yield Found(
                path=item.path,
                node=item.sender,
                message=message,
                hint=hint,
                context=context(item),
                fix=fix,
            )


def _compares(index: Index, signal: str) -> bool:
    return is_plain(index, signal) or takes_lazy_sender(index, signal)


def _collection(
    index: Index, item: Connection, sender: ast.expr
) -> tuple[str, str, Fix | None] | None:
    kind = _kind(index, item, sender)
    if not kind:
        return None
    given = ast.unparse(sender)
    what = f"{given} is {kind}" if len(given) <= _LONGEST else f"the sender is {kind}"
    return (
        f"{what}: {short(item.signals[0])} compares senders by identity, so it never matches",
        "use one decorator or connect() call for each sender",
        _fix(index, item),
    )


def _kind(index: Index, item: Connection, node: ast.expr) -> str:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        sides = [_is_class(index, item, side) for side in (node.left, node.right)]
        return "a union of types" if all(sides) else ""
    if isinstance(node, (ast.Name, ast.Attribute)):
        if item.senders and all(index.model(name) is not None for name in item.senders):
            return ""  # what is assigned to the name need not be looked for
        value = assigned(index.code, PlacedExpression(item.path, node, item.scope))
        node = value.node if value is not None else node
    if isinstance(node, ast.Call):
        named = isinstance(node.func, ast.Name) and len(node.args) == 1
        return _COPIES.get(dotted(node.func), "") if named else ""
    return _KINDS.get(type(node), "")


def _is_class(index: Index, item: Connection, node: ast.expr) -> bool:
    """Tell whether an expression is a class, which is never empty."""
    names = sender_names(index.code, item.path, node, item.scope)
    return bool(names) and all(
        name in (USER_CALL, USER_SETTING)
        or index.model(name) is not None
        or find_class(index.code, name) is not None
        for name in names
    )


def _chosen(index: Index, item: Connection) -> tuple[str, str, Fix | None] | None:
    node = item.sender
    if not isinstance(node, ast.BoolOp):
        return None
    # ``or`` stops at the first that is true, ``and`` gives the last.
    if not all(_is_class(index, item, value) for value in node.values[:-1]):
        return None
    kept = node.values[0 if isinstance(node.op, ast.Or) else -1]
    return (
        f"{ast.unparse(node)} is {ast.unparse(kept)}: the other senders are ignored",
        "use one decorator or connect() call for each sender",
        _fix(index, item),
    )


def _fix(index: Index, item: Connection) -> Fix | None:
    """Return the registration once for each sender, None if they are not written in it."""
    node = item.sender
    if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        each = node.elts
    elif isinstance(node, ast.BoolOp):
        each = node.values
    else:
        return None
    known = all(isinstance(one, (ast.Name, ast.Attribute, ast.Constant)) for one in each)
    if item.call is None or not each or not known:
        return None
    decorates = item.style == "receiver" and item.call is item.node
    edits = one_call_each(index, item, node, each) if decorates or _is_statement(item) else ()
    return Fix("connect each sender", edits) if edits else None


def _is_statement(item: Connection) -> bool:
    return item.style == "connect" and item.call is item.node


RULE = Rule(
    "SG308",
    "sender-collection",
    "error",
    on_project=check,
    fix="safe",
    safety="The receiver was meant for each of them. With the fix it runs: read it first "
    "(`--diff`). Offered for senders that are written in the registration itself.",
)
