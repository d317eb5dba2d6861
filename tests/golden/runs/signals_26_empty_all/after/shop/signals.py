# Copyright the shop.

# Python
import logging

# Django
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from .models import Order

__all__ = []

logger = logging.getLogger("shop.signals")


@receiver(post_delete)
def gone(sender, **kwargs):
    logger.info("gone")


@receiver(post_save, sender=Order, dispatch_uid="shop.on_order_saved")
def on_order_saved(sender, instance, created, raw, **kwargs):
    """Handle post_save of Order."""
    if raw:
        return
    if created:
        logger.info("new")
