"""Signal receivers of shop."""

from django.core.cache import cache
from django.db.models.signals import m2m_changed, post_save, pre_delete, pre_save
from django.dispatch import receiver

from .models import Order, Product


@receiver([pre_save, post_save], sender=Order, dispatch_uid="shop.skips")
def skips(sender, instance, raw, **kwargs):
    """Handle pre_save and post_save of Order."""
    if raw:
        return
    cache.clear()


@receiver(post_save, sender=Order, dispatch_uid="shop.runs")
def runs(sender, instance, **kwargs):
    """Handle post_save of Order."""
    cache.clear()


@receiver(post_save, sender=Order, dispatch_uid="shop.looks")
def looks(sender, instance, raw, **kwargs):
    """Handle post_save of Order."""
    cache.set("raw", raw)


@receiver(pre_delete, sender=Order, dispatch_uid="shop.deletes")
def deletes(sender, instance, **kwargs):
    """Handle pre_delete of Order."""
    cache.clear()


@receiver(m2m_changed, sender=Product.tags.through, dispatch_uid="shop.links")
def links(sender, action, instance, reverse, **kwargs):
    """Handle m2m_changed of Product."""
    if reverse:
        return
    cache.clear()
