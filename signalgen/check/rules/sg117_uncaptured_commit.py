"""A test that waits for a commit that never comes.

Flags
-----
A test of a `TestCase` that asserts whether a patched function was called, which production code
calls in `on_commit()` only, in a file that never captures these callbacks.

Why it matters
--------------
`TestCase` rolls back, so what waits for the commit never runs: `assert_not_called()` always passes,
and the other assertions never do:
https://docs.djangoproject.com/en/stable/topics/testing/tools/#django.test.TestCase.captureOnCommitCallbacks

Bad
---
```python
from django.db import transaction
from django.db.models.signals import post_save
from django.dispatch import receiver

from shop.models import Line
from shop.tasks import bill


@receiver(post_save, sender=Line)
def on_line_saved(sender, instance, **kwargs):
    transaction.on_commit(lambda: bill.delay(instance.pk))
# file: shop/tasks.py
from celery import shared_task


@shared_task
def bill(pk): ...
# file: shop/tests.py
from unittest.mock import patch

from django.test import TestCase

from shop.models import Line


class LineTests(TestCase):
    @patch("shop.signals.bill")  # SG117
    def test_no_bill(self, bill):
        Line.objects.create(name="x")
        bill.delay.assert_not_called()
```

Good
----
```python
from django.db import transaction
from django.db.models.signals import post_save
from django.dispatch import receiver

from shop.models import Line
from shop.tasks import bill


@receiver(post_save, sender=Line)
def on_line_saved(sender, instance, **kwargs):
    transaction.on_commit(lambda: bill.delay(instance.pk))
# file: shop/tasks.py
from celery import shared_task


@shared_task
def bill(pk): ...
# file: shop/tests.py
from unittest.mock import patch

from django.test import TestCase

from shop.models import Line


class LineTests(TestCase):
    @patch("shop.signals.bill")
    def test_bill(self, bill):
        with self.captureOnCommitCallbacks(execute=True):
            line = Line.objects.create(name="x")
        bill.delay.assert_called_once_with(line.pk)
```

Stays silent when
-----------------
- the file mentions `captureOnCommitCallbacks`, `on_commit` or `TransactionTestCase`;
- a base of the test's class is not known;
- the patched function itself calls `on_commit()`: it is called at once, and so is the patch;
- production code names the function outside `on_commit()` as well.

Known misses
------------
- effects other than patched functions, such as `mail.outbox`; pytest tests.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.check.engine.rule import Found, Rule
from signalgen.flow.effects.tested import unheard
from signalgen.flow.function.signature import short

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index


def check(index: Index) -> Iterator[Found]:
    """Yield the patches of what only a commit calls, in tests that never commit."""
    for patch, _ in unheard(index):
        name = short(patch.name)
        yield Found(
            path=patch.path,
            node=patch.call,
            message=f"{name} is called only on commit, and a TestCase never commits: it is never "
            "called here",
            hint="save within self.captureOnCommitCallbacks(execute=True)",
            context=patch.scope.qualname if patch.scope is not None else name,
        )


RULE = Rule("SG117", "uncaptured-commit", "warning", on_project=check, default=False)
