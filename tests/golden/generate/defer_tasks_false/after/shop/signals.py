"""Signal receivers of shop."""

import logging

from django.db.models.signals import post_save
from django.dispatch import receiver

from .models import Order
from .tasks import job

logger = logging.getLogger(__name__)


@receiver(post_save, sender=Order, dispatch_uid="shop.on_saved")
def on_saved(sender, instance, created, raw, **kwargs):
    """Handle post_save of Order."""
    if raw:
        return
    if created:
        x = job.delay(instance.pk)
        logger.info(x)
