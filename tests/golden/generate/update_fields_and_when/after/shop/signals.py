"""Signal receivers of shop."""

from django.core.cache import cache
from django.db import transaction
from django.db.models.signals import post_save
from django.dispatch import receiver

from .models import Order


@receiver(post_save, sender=Order, dispatch_uid="shop.plain")
def plain(sender, instance, raw, using, update_fields=None, **kwargs):
    """Handle post_save of Order."""
    if raw:
        return
    if update_fields is not None and update_fields.isdisjoint({"status", "total"}):
        return
    transaction.on_commit(cache.clear, using=using)


@receiver(post_save, sender=Order, dispatch_uid="shop.key")
def key(sender, instance, raw, using, update_fields=None, **kwargs):
    """Handle post_save of Order."""
    if raw:
        return
    if update_fields is not None and update_fields.isdisjoint(
        {"customer", "customer_id"}
    ):
        return
    transaction.on_commit(cache.clear, using=using)


@receiver(post_save, sender=Order, dispatch_uid="shop.name")
def name(sender, instance, raw, using, **kwargs):
    """Handle post_save of Order."""
    if raw:
        return
    if not instance.note:
        return
    transaction.on_commit(cache.clear, using=using)


@receiver(post_save, sender=Order, dispatch_uid="shop.negative")
def negative(sender, instance, raw, using, **kwargs):
    """Handle post_save of Order."""
    if raw:
        return
    if instance.note:
        return
    transaction.on_commit(cache.clear, using=using)


@receiver(post_save, sender=Order, dispatch_uid="shop.equal")
def equal(sender, instance, raw, using, **kwargs):
    """Handle post_save of Order."""
    if raw:
        return
    if instance.status != "paid":
        return
    transaction.on_commit(cache.clear, using=using)


@receiver(post_save, sender=Order, dispatch_uid="shop.identity")
def identity(sender, instance, raw, using, **kwargs):
    """Handle post_save of Order."""
    if raw:
        return
    if instance.user is None:
        return
    transaction.on_commit(cache.clear, using=using)


@receiver(post_save, sender=Order, dispatch_uid="shop.order")
def order(sender, instance, raw, using, **kwargs):
    """Handle post_save of Order."""
    if raw:
        return
    if not (instance.total > 0):
        return
    transaction.on_commit(cache.clear, using=using)


@receiver(post_save, sender=Order, dispatch_uid="shop.both")
def both(sender, instance, created, raw, using, **kwargs):
    """Handle post_save of Order."""
    if raw:
        return
    if not (created and instance.total):
        return
    transaction.on_commit(cache.clear, using=using)
