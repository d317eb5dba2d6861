"""A delete receiver that loops over all remaining rows, for each row of a cascade.

Flags
-----
A loop over rows of its own model in a receiver of `pre_delete` or `post_delete`, where a cascading
foreign key deletes such rows together.

Why it matters
--------------
Django sends the signal for each row that a cascade deletes. A receiver that loops over the others
each time takes a million steps when an order with a thousand lines is deleted. `origin` says
whether the row itself was deleted or something further up:
https://docs.djangoproject.com/en/stable/ref/signals/#pre-delete

Bad
---
```python
from django.db.models.signals import post_delete
from django.dispatch import receiver

from shop.models import Line


@receiver(post_delete, sender=Line)
def number_again(sender, instance, **kwargs):
    for line in Line.objects.filter(order_id=instance.order_id):  # SG505
        print(line.name)
```

Good
----
```python
from django.db.models.signals import post_delete
from django.dispatch import receiver

from shop.models import Line


@receiver(post_delete, sender=Line)
def number_again(sender, instance, origin, **kwargs):
    if origin is instance:
        for line in Line.objects.filter(order_id=instance.order_id):
            print(line.name)
```

Stays silent when
-----------------
- the receiver looks at `origin`, or the loop is in a function of its own that waits for the commit;
- no foreign key of the model cascades;
- the rows are of another model, looked up by their keys, or only counted by the database.

Known misses
------------
- helpers, and loops after a query that the receiver runs again each time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.check.engine.rule import Found, Rule
from signalgen.flow.rows.siblings import loops_over_own

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index
    from signalgen.values.index import Receiver


def check(receiver: Receiver, index: Index) -> Iterator[Found]:
    """Yield the first loop over the remaining rows."""
    trap = next(loops_over_own(index, receiver), None)
    if trap is not None:
        yield Found(
            path=receiver.function.path,
            node=trap.node,
            message=f"{receiver.function.name} loops over {trap.written} for each "
            f"{trap.model_name} "
            f"that a deletion of its {trap.field} removes: the work is quadratic",
            hint="test origin, the row or queryset with which the deletion started",
            context=receiver.function.qualname,
        )


RULE = Rule("SG505", "work-per-deleted-row", "warning", on_receiver=check)
