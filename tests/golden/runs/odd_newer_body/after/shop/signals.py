"""Signal receivers of shop."""

from decimal import Decimal

from django.core.cache import cache
from django.db.models.signals import post_save
from django.dispatch import receiver

from .models import Order


@receiver(post_save, sender=Order, dispatch_uid="shop.on_order_saved")
def on_order_saved(sender, instance, created, raw, **kwargs):
    """Handle post_save of Order."""
    if raw:
        return
    if created:

        def first[T: Decimal = int](rows: T) -> T:
            return rows

        cache.set("orders", first({**a for a in [{}]}))
        cache.set("more", [*a for a in [[]]])
        cache.set("text", t"{instance.pk} {"x"}")
        try:
            cache.delete("orders")
        except ValueError, KeyError:
            pass
