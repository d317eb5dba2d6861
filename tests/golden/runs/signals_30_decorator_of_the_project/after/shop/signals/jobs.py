from django.core.cache import cache
from django.db.models.signals import post_save
from django.dispatch import receiver

from shop.decorators import listens
from shop.models import Order


@listens(Order)
def gone(instance, **kwargs):
    pass


@receiver(post_save, sender=Order, dispatch_uid="shop.on_order_saved")
def on_order_saved(sender, instance, created, raw, **kwargs):
    """Handle post_save of Order."""
    if raw:
        return
    if created:
        cache.delete("orders")
