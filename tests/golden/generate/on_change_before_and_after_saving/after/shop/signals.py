"""Signal receivers of shop."""

import logging
from functools import partial

from django.core.cache import cache
from django.db import transaction
from django.db.models.signals import post_save, pre_save
from django.dispatch import receiver

from .models import Order

logger = logging.getLogger(__name__)


@receiver(pre_save, sender=Order, dispatch_uid="shop.before")
def before(sender, instance, raw, using, update_fields=None, **kwargs):
    """Handle pre_save of Order."""
    if raw:
        return
    stored = (
        sender._base_manager.using(using)
        .filter(pk=instance.pk)
        .values("status", "customer_id")
        .first()
        if instance.pk is not None
        else None
    )
    if (
        stored is not None
        and stored["status"] != instance.status
        and (update_fields is None or "status" in update_fields)
    ):
        old = stored["status"]
        new = instance.status
        logger.info("%s %s", old, new)
    if (
        stored is not None
        and stored["customer_id"] != instance.customer_id
        and (
            update_fields is None
            or not update_fields.isdisjoint({"customer", "customer_id"})
        )
    ):
        old = stored["customer_id"]
        transaction.on_commit(partial(cache.delete, old), using=using)


@receiver(pre_save, sender=Order, dispatch_uid="shop.after.before")
def remember_after(sender, instance, raw, using, **kwargs):
    """Keep the stored values that after compares with."""
    if raw:
        return
    vars(instance)["_after_before"] = (
        sender._base_manager.using(using)
        .filter(pk=instance.pk)
        .values("status", "user_id")
        .first()
        if instance.pk is not None
        else None
    )


@receiver(post_save, sender=Order, dispatch_uid="shop.after")
def after(sender, instance, raw, using, update_fields=None, **kwargs):
    """Handle post_save of Order."""
    stored = vars(instance).pop("_after_before", None)
    if raw:
        return
    if (
        stored is not None
        and stored["status"] != instance.status
        and (update_fields is None or "status" in update_fields)
    ):
        transaction.on_commit(cache.clear, using=using)
    if (
        stored is not None
        and stored["user_id"] != instance.user_id
        and (update_fields is None or not update_fields.isdisjoint({"user", "user_id"}))
    ):
        new = instance.user_id
        transaction.on_commit(partial(cache.delete, new), using=using)
