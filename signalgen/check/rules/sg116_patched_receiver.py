"""A test that patches the name of a receiver.

Flags
-----
`patch("shop.signals.on_saved")`, `patch.object()` or `monkeypatch.setattr()` in a test, for a
function of the project that is connected as a receiver.

Why it matters
--------------
The signal refers to the function itself, not to its name: the receiver still runs, and the mock is
never called. `assert_not_called()` always passes. Patch what the receiver calls, or disconnect it:
https://docs.djangoproject.com/en/stable/topics/signals/#connecting-receiver-functions

Bad
---
```python
from django.db.models.signals import post_save
from django.dispatch import receiver

from shop.models import Line


@receiver(post_save, sender=Line)
def on_line_saved(sender, instance, **kwargs):
    print(instance.pk)
# file: shop/tests.py
from unittest.mock import patch

from django.test import TestCase

from shop.models import Line


class LineTests(TestCase):
    @patch("shop.signals.on_line_saved")  # SG116
    def test_save(self, on_line_saved):
        Line.objects.create(name="x")
```

Good
----
```python
from django.db.models.signals import post_save
from django.dispatch import receiver

from shop.models import Line


@receiver(post_save, sender=Line)
def on_line_saved(sender, instance, **kwargs):
    print(instance.pk)
# file: shop/tests.py
from unittest.mock import patch

from django.test import TestCase

from shop.models import Line


class LineTests(TestCase):
    @patch("shop.signals.print")
    def test_save(self, printed):
        Line.objects.create(name="x")
        printed.assert_called_once()
```

Stays silent when
-----------------
- production code names the function elsewhere too: the patch may be for that;
- the test file connects something itself, or reloads a module;
- what is connected is a partial of the function, or a method.

Known misses
------------
- names that are built at run time, and patches with other tools.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.check.engine.rule import Found, Rule
from signalgen.flow.effects.tested import patched
from signalgen.flow.function.signature import short

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index


def check(index: Index) -> Iterator[Found]:
    """Yield the patches that leave the connected function where it is."""
    for patch, receiver in patched(index):
        name = receiver.function.name
        signal = short(receiver.signals[0]) if receiver.signals else "the signal"
        yield Found(
            path=patch.path,
            node=patch.call,
            message=f"{signal} refers to the function {name} itself: it still runs, and the mock "
            f"is never called",
            hint=f"patch what {name} calls, or disconnect it in the test",
            context=patch.scope.qualname if patch.scope is not None else name,
        )


RULE = Rule("SG116", "patched-receiver", "warning", on_project=check, default=False)
