"""Signal receivers of shop."""

import logging
from functools import partial

from asgiref.sync import sync_to_async
from django.core.cache import cache
from django.db import transaction
from django.db.models.signals import post_delete, post_save, pre_save
from django.dispatch import receiver

from .models import Order, Tag
from .tasks import job

logger = logging.getLogger(__name__)


@receiver(post_save, sender=Order, dispatch_uid="shop.on_saved")
async def on_saved(sender, instance, created, raw, using, **kwargs):
    """Handle post_save of Order."""
    if raw:
        return
    if created:
        await sync_to_async(transaction.on_commit)(
            partial(job.delay, instance.pk), using=using
        )
        await Tag.objects.acreate(name="x")


@receiver(post_delete, sender=Order, dispatch_uid="shop.on_gone")
async def on_gone(sender, instance, using, **kwargs):
    """Handle post_delete of Order."""
    pk = instance.pk

    def after_commit():
        cache.delete(pk)

    await sync_to_async(transaction.on_commit)(after_commit, using=using)


@receiver(pre_save, sender=Order, dispatch_uid="shop.compares")
async def compares(sender, instance, raw, using, update_fields=None, **kwargs):
    """Handle pre_save of Order."""
    if raw:
        return
    stored = (
        await sender._base_manager.using(using)
        .filter(pk=instance.pk)
        .values("status")
        .afirst()
        if instance.pk is not None
        else None
    )
    if (
        stored is not None
        and stored["status"] != instance.status
        and (update_fields is None or "status" in update_fields)
    ):
        old = stored["status"]
        logger.info(old)
