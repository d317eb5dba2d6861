"""Signal receivers of shop."""

from django.core.cache import cache
from django.db import transaction
from django.db.models.signals import m2m_changed, post_save, pre_delete, pre_save
from django.dispatch import receiver

from .models import Order, Product


@receiver([pre_save, post_save], sender=Order, dispatch_uid="shop.skips")
def skips(sender, instance, raw, using, **kwargs):
    """Handle pre_save and post_save of Order."""
    if raw:
        return
    transaction.on_commit(cache.clear, using=using)


@receiver(post_save, sender=Order, dispatch_uid="shop.runs")
def runs(sender, instance, using, **kwargs):
    """Handle post_save of Order."""
    transaction.on_commit(cache.clear, using=using)


@receiver(post_save, sender=Order, dispatch_uid="shop.looks")
def looks(sender, instance, raw, **kwargs):
    """Handle post_save of Order."""
    cache.set("raw", raw)


@receiver(pre_delete, sender=Order, dispatch_uid="shop.deletes")
def deletes(sender, instance, using, **kwargs):
    """Handle pre_delete of Order."""
    transaction.on_commit(cache.clear, using=using)


@receiver(m2m_changed, sender=Product.tags.through, dispatch_uid="shop.links")
def links(sender, action, instance, reverse, using, **kwargs):
    """Handle m2m_changed of Product."""
    if reverse:
        return
    transaction.on_commit(cache.clear, using=using)
