# Copyright the shop.

# Python
import logging

# Django
from django.db.models.signals import post_delete
from django.dispatch import receiver

__all__ = []

logger = logging.getLogger("shop.signals")


@receiver(post_delete)
def gone(sender, **kwargs):
    logger.info("gone")
