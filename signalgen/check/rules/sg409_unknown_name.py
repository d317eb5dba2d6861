"""A name on a row, manager or lookup that the model certainly does not have.

Flags
-----
In a receiver, and in the functions of the project that it calls: an attribute of a row or model, a
lookup, a keyword of a constructor, `create` or `update`, or a name in `values`, `order_by`,
`update_fields` and the like, that no class, relation or assignment of the project defines, and that
is spelled almost like one that exists. Also a member that an enumeration of the project
(`Order.Status.PAYED`) does not have, however it is spelled: members cannot be added later.

Why it matters
--------------
The mistake shows only when the signal is sent: an AttributeError or FieldError in every save, or no
error at all if `on_error: log` or a broad `except` catches it. What a row has besides its fields:
https://docs.djangoproject.com/en/stable/ref/models/instances/

Bad
---
```python
from django.db.models.signals import post_save
from django.dispatch import receiver

from shop.models import Order


@receiver(post_save, sender=Order)
def note(sender, instance, **kwargs):
    print(instance.nubmer)  # SG409
```
```python
from django.db.models.signals import post_save
from django.dispatch import receiver

from shop.models import Line, Order


@receiver(post_save, sender=Order)
def note(sender, instance, **kwargs):
    Line.objects.filter(order__nmber=instance.number).update(name="")  # SG409
    instance.save(update_fields=["emial"])  # SG409
```

Good
----
```python
from django.db.models.signals import post_save
from django.dispatch import receiver

from shop.models import Line, Order


@receiver(post_save, sender=Order)
def note(sender, instance, **kwargs):
    Line.objects.filter(order__number=instance.number).update(name="")
    print(instance.number, instance.lines.count())
```

Stays silent when
-----------------
- a base, decorator or metaclass of the model is not read, or has `__getattr__`;
- anything in the project assigns, annotates or names it as text, also for another class;
- no known name is similar: it may come from a package;
- several models are possible, and one of them has it;
- the model is uncertain, or does not exist yet;
- it begins with an underscore, or an `except AttributeError` is around it.

Known misses
------------
- names that the project gives to another object;
- names assigned in ways that are not followed, such as through a dictionary.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.check.engine.rule import Found, Rule
from signalgen.flow.rows.naming import named_wrongly

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index


def check(index: Index) -> Iterator[Found]:
    """Yield the names that are certainly wrong in receivers and what they call."""
    for item in named_wrongly(index):
        yield Found(
            path=item.function.path,
            node=item.node,
            message=item.message,
            hint=f"did you mean {item.near!r}?" if item.near else item.hint,
            context=item.function.qualname,
        )


RULE = Rule("SG409", "unknown-name", "error", on_project=check)
