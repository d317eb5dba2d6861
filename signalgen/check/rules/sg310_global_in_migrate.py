"""A receiver without a sender that writes rows while `migrate` runs.

Flags
-----
A `pre_save` or `post_save` receiver without a sender that creates rows of a model, without a
condition that excludes Django's own rows.

Why it matters
--------------
`migrate` saves a row for each migration that it has applied, and data migrations save rows too. On
an empty database the table that the receiver writes to does not exist yet: `migrate` fails with "no
such table", and so does every test run:
https://docs.djangoproject.com/en/stable/ref/signals/#post-save

Bad
---
```python
from django.db.models.signals import post_save
from django.dispatch import receiver

from shop.models import Line


@receiver(post_save)
def audit(sender, instance, raw, **kwargs):
    if raw or sender is Line:
        return
    Line.objects.create(name=sender.__name__)  # SG310
```

Good
----
```python
from django.db.models.signals import post_save
from django.dispatch import receiver

from shop.models import Line


@receiver(post_save)
def audit(sender, instance, raw, **kwargs):
    if raw or sender is Line or sender._meta.app_label not in {"shop"}:
        return
    Line.objects.create(name=sender.__name__)
```

Stays silent when
-----------------
- a condition tests the sender in another way than by comparing it with other classes;
- it is in a `try`, or waits for the commit;
- the model of the rows is not known.

Known misses
------------
- writes in functions that it calls.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.check.engine.rule import Found, Rule
from signalgen.flow.rows.migrating import written_too_early

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index
    from signalgen.values.index import Receiver


def check(receiver: Receiver, index: Index) -> Iterator[Found]:
    """Yield the first row that a receiver makes while migrations run."""
    found = written_too_early(index, receiver)
    if found is not None:
        call, model = found
        name = receiver.function.name
        yield Found(
            path=receiver.function.path,
            node=call,
            message=f"{name} has no sender, so it also runs when migrate records a migration: on "
            f"an empty database the table of {model.name} does not exist yet",
            hint="check the app of the sender first: sender._meta.app_label",
            context=receiver.function.qualname,
        )


RULE = Rule("SG310", "global-in-migrate", "warning", on_receiver=check)
