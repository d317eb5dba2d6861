"""Signal receivers of shop."""

from functools import partial

from django.core.cache import cache
from django.db import transaction
from django.db.models.signals import post_save
from django.dispatch import receiver

from .models import Order


@receiver(post_save, sender=Order, dispatch_uid="shop.on_order_saved")
def on_order_saved(sender, instance, created, raw, using, **kwargs):
    """Handle post_save of Order."""
    if raw:
        return
    if created:
        transaction.on_commit(partial(cache.delete, "orders"), using=using)
