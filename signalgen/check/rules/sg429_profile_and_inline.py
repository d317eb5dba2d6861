"""A one-to-one row that both ``post_save`` and the admin's add page create.

Flags
-----
A receiver of `post_save` that creates the row of a one-to-one field to the saved one, while an
inline of the admin shows a form for that row on the add page.

Why it matters
--------------
The admin saves the row, which makes the receiver create its profile, and then the inline, which
inserts a second one: filling in the form ends in an IntegrityError. `get_inlines` can leave the
inline out until the row exists:
https://docs.djangoproject.com/en/stable/ref/contrib/admin/#django.contrib.admin.ModelAdmin.get_inlines

Bad
---
```python
from django.db.models.signals import post_save
from django.dispatch import receiver

from shop.models import Invoice, Order


@receiver(post_save, sender=Order)
def bill(sender, instance, created, **kwargs):
    if created:
        Invoice.objects.create(order=instance)  # SG429
# file: shop/admin.py
from django.contrib import admin

from shop.models import Invoice, Order


class InvoiceInline(admin.StackedInline):
    model = Invoice


@admin.register(Order)
class OrderAdmin(admin.ModelAdmin):
    inlines = [InvoiceInline]
```

Good
----
```python
from django.db.models.signals import post_save
from django.dispatch import receiver

from shop.models import Invoice, Order


@receiver(post_save, sender=Order)
def bill(sender, instance, created, **kwargs):
    if created:
        Invoice.objects.create(order=instance)
# file: shop/admin.py
from django.contrib import admin

from shop.models import Invoice, Order


class InvoiceInline(admin.StackedInline):
    model = Invoice


@admin.register(Order)
class OrderAdmin(admin.ModelAdmin):
    inlines = [InvoiceInline]

    def get_inlines(self, request, obj):
        return self.inlines if obj else []
```

Stays silent when
-----------------
- the admin chooses its inlines (`get_inlines`, `get_inline_instances`), or the inline has a
  `has_add_permission`, `max_num`, `form` or `formset` of its own;
- the row is created only under a further condition on the saved one.

Known misses
------------
- inlines that a base class of the admin names, and helpers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.check.engine.rule import Found, Rule
from signalgen.flow.function.guards import conditions
from signalgen.flow.function.signature import mentions, names_of
from signalgen.flow.rows.inlines import made_twice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index
    from signalgen.values.index import Receiver


def check(receiver: Receiver, index: Index) -> Iterator[Found]:
    """Yield the first row that the admin's form creates too."""
    function = receiver.function
    rows = names_of(function, "instance")
    for trap in made_twice(index, receiver, ("one_to_one",)):
        # What else is asked of the row, the add page may not let through.
        if any(mentions(one.test, rows) for one in conditions(function, trap.node)):
            continue
        yield Found(
            path=receiver.function.path,
            node=trap.node,
            message=f"{receiver.function.name} creates the {trap.model_name}, and so does the add "
            f"page of the admin ({trap.written}): the second one raises an IntegrityError",
            hint="leave the inline out of the add page: get_inlines(request, obj)",
            context=receiver.function.qualname,
        )
        return


RULE = Rule("SG429", "profile-and-inline", "warning", on_receiver=check)
