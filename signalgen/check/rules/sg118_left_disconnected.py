"""A test that disconnects for good, or not at all.

Flags
-----
In a test, a `disconnect()` without the `dispatch_uid` that the receiver was connected with; and one
in a file that connects nothing again.

Why it matters
--------------
Without the uid nothing is disconnected, and the test runs with the receiver that it means to do
without. Without a connect the receiver stays off for all tests that this process runs afterwards:
they fail, or pass, by their order:
https://docs.djangoproject.com/en/stable/topics/signals/#disconnecting-signals

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
- it makes a signal of its own.

Known misses
------------
- files that connect something else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.check.engine.rule import Found, Rule
from signalgen.flow.effects.tested import left_off
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
            context=call.scope.qualname if call.scope is not None else short(call.signal),
        )


RULE = Rule("SG118", "left-disconnected", "warning", on_project=check, default=False)
