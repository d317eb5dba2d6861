"""A test that disconnects permanently, or not at all.

Flags
-----
In a test, a `disconnect()` without the `dispatch_uid` that the receiver was connected with; and a
`disconnect()` in a file that connects nothing again. The latter is information in a class without
tests that others derive from: they all want the receiver off.

Why it matters
--------------
Without the uid nothing is disconnected, and the test runs with the receiver after all. Without a
connect the receiver stays off for all later tests in the process, which then fail or pass depending
on their order: https://docs.djangoproject.com/en/stable/topics/signals/#disconnecting-signals

Bad
---
```python
from django.db.models.signals import post_save
from django.dispatch import receiver

from shop.models import Line


@receiver(post_save, sender=Line, dispatch_uid="shop.line")
def on_line_saved(sender, instance, **kwargs):
    print(instance.pk)
# file: shop/tests.py
from django.db.models.signals import post_save
from django.test import TestCase

from shop.models import Line
from shop.signals import on_line_saved


class LineTests(TestCase):
    def setUp(self):
        post_save.disconnect(on_line_saved, sender=Line)  # SG118
```

Good
----
```python
from django.db.models.signals import post_save
from django.dispatch import receiver

from shop.models import Line


@receiver(post_save, sender=Line, dispatch_uid="shop.line")
def on_line_saved(sender, instance, **kwargs):
    print(instance.pk)
# file: shop/tests.py
from django.db.models.signals import post_save
from django.test import TestCase

from shop.models import Line
from shop.signals import on_line_saved


class LineTests(TestCase):
    def setUp(self):
        post_save.disconnect(sender=Line, dispatch_uid="shop.line")
        self.addCleanup(post_save.connect, on_line_saved, sender=Line, dispatch_uid="shop.line")
```

Stays silent when
-----------------
- the file connects anything, or has an `addCleanup`;
- it is a `conftest.py`, an `__init__.py`, or a runner: it is meant for all tests;
- it is a helper, without a test: whoever calls it may connect again;
- it makes a signal of its own, or connects the function further up in the same test;
- the receiver is a method of an object, which may connect it again.

Known misses
------------
- files that connect something else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.check.engine.rule import Found, Rule
from signalgen.flow.effects.tested import LEFT_OFF, is_for_subclasses, left_off
from signalgen.flow.function.signature import short

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index


def check(index: Index) -> Iterator[Found]:
    """Yield the disconnects of tests that leave a receiver off, or on."""
    for call, why in left_off(index):
        yield Found(
            path=call.path,
            node=call.call,
            message=why,
            hint="connect it again in tearDown() or addCleanup(), with the same sender and uid",
            severity="info" if why == LEFT_OFF and is_for_subclasses(index, call) else None,
            context=call.scope.qualname if call.scope is not None else short(call.signal),
        )


RULE = Rule("SG118", "left-disconnected", "warning", on_project=check)
