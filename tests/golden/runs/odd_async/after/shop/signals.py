from functools import partial

from asgiref.sync import sync_to_async
from django.core.cache import cache
from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from .models import Order


@receiver(post_delete, sender=Order)
async def own(sender, instance, **kwargs):
    pass


@receiver(post_save, sender=Order, dispatch_uid="shop.on_order_saved")
async def on_order_saved(sender, instance, created, raw, using, **kwargs):
    """Handle post_save of Order."""
    if raw:
        return
    if created:
        await sync_to_async(transaction.on_commit)(
            partial(cache.delete, "orders"), using=using
        )
