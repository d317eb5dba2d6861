"""A decorator above ``@receiver``.

Flags
-----
A decorator that wraps the function and is above its registration: `@transaction.atomic` above
`@receiver(…)`.

Why it matters
--------------
Decorators apply from the bottom up. `@receiver` connects the function it gets and returns it
unchanged, so a wrapper above it only affects the module's name: the signal calls the function
without the wrapper.
https://docs.djangoproject.com/en/stable/topics/signals/#connecting-receiver-functions

Bad
---
```python
from django.db import transaction
from django.db.models.signals import post_save
from django.dispatch import receiver

from shop.models import Order


@transaction.atomic  # SG703
@receiver(post_save, sender=Order)
def on_order(sender, instance, **kwargs): ...
```

Good
----
```python
from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from shop.models import Order


@receiver(post_save, sender=Order)
@receiver(post_delete, sender=Order)
@transaction.atomic
def on_order(sender, instance, **kwargs): ...
```

Stays silent when
-----------------
- the other decorators above are registrations as well;
- the decorator is not known to wrap: it returns its function, makes a task, or comes from an
  unknown package.

Known misses
------------
- wrappers from packages that signalgen does not know, and decorators that are classes.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.check.engine.rule import Found, Rule
from signalgen.dotted import dotted
from signalgen.index.reading.code import flattened
from signalgen.index.reading.resolving import find_function, resolve
from signalgen.values.check import Fix, TextEdit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index
    from signalgen.values.index import FunctionNode, FunctionRef, Receiver

_WRAPPERS = frozenset(
    {
        "asgiref.sync.async_to_sync",
        "asgiref.sync.sync_to_async",
        "backoff.on_exception",
        "django.db.transaction.atomic",
        "django.db.transaction.non_atomic_requests",
        "django.test.utils.override_settings",
        "django.utils.translation.override",
        "functools.cache",
        "functools.lru_cache",
        "sentry_sdk.trace",
        "tenacity.retry",
    }
)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def check(receiver: Receiver, index: Index) -> Iterator[Found]:
    """Yield the first decorator that wraps a receiver without effect."""
    node = receiver.function.node
    if isinstance(node, ast.Lambda):
        return
    registering = {id(item.node) for item in receiver.connections}
    places = [at for at, item in enumerate(node.decorator_list) if id(item) in registering]
    if not places:
        return
    lowest = node.decorator_list[places[-1]]
    above = [item for item in node.decorator_list[: places[-1]] if id(item) not in registering]
    vain = [item for item in above if _wraps(index, receiver.function, item)]
    if vain:
        name = dotted(vain[0].func if isinstance(vain[0], ast.Call) else vain[0])
        yield Found(
            path=receiver.function.path,
            node=vain[0],
            message=f"@{name} is above @{_text(lowest)}: the signal calls {node.name} without it",
            hint="put it below the registration",
            context=receiver.function.qualname,
            fix=Fix(
                "put it below the registration", _moved(index, receiver.function.path, vain, lowest)
            ),
        )


def _text(decorator: ast.expr) -> str:
    return dotted(decorator.func if isinstance(decorator, ast.Call) else decorator)


def _wraps(index: Index, function: FunctionRef, decorator: ast.expr) -> bool:
    written = _text(decorator)
    name = resolve(index.code, function.path, written, function.outer) if written else ""
    if name in _WRAPPERS:
        return True
    made = (
        find_function(index.code, name)
        if name and name not in index.registering.decorating
        else None
    )
    if made is None or isinstance(made.node, ast.Lambda) or made.cls is not None:
        return False
    node: FunctionNode | None = made.node
    # A decorator with arguments is a factory: its inner function is the decorator.
    if isinstance(decorator, ast.Call):
        node = _returned(made.node)
    return node is not None and _returned(node) is not None


def _returned(node: FunctionNode) -> FunctionNode | None:
    """Return the nested function that every return gives back, None if any returns another."""
    nested = {item.name: item for item in flattened(node.body) if isinstance(item, _FUNCTIONS)}
    returns = [item.value for item in flattened(node.body) if isinstance(item, ast.Return)]
    found = [nested.get(value.id) if isinstance(value, ast.Name) else None for value in returns]
    return found[0] if found and all(item is found[0] for item in found) else None


def _moved(
    index: Index, path: str, decorators: list[ast.expr], lowest: ast.expr
) -> tuple[TextEdit, ...]:
    """Return the edits that move the lines of decorators below those of the last registration."""
    text = index.code.outline(path).text
    starts = (*text.starts, len(text.data))
    spans = [
        (starts[item.lineno - 1], starts[item.end_lineno or item.lineno]) for item in decorators
    ]
    at = starts[lowest.end_lineno or lowest.lineno]
    lines = b"".join(text.data[start:end] for start, end in spans).decode(text.encoding)
    return (
        *(TextEdit(path, start, end, "") for start, end in spans),
        TextEdit(path, at, at, lines),
    )


RULE = Rule(
    "SG703",
    "decorator-order",
    "warning",
    on_receiver=check,
    default=False,
    fix="safe",
    safety="The decorator had no effect on the receiver. With the fix it wraps the receiver, as "
    "intended.",
)
