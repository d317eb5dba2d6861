"""Signal receivers of shop."""

from django.core.cache import cache
from django.db import transaction
from django.db.models.signals import post_save, pre_save
from django.dispatch import receiver

from .models import Order


@receiver(post_save, sender=Order, dispatch_uid="shop.a")
def a(sender, instance, created, raw, using, **kwargs):
    """Handle post_save of Order."""
    if raw:
        return
    if created:
        if instance.total or instance.note:  # x
            transaction.on_commit(cache.clear, using=using)
    elif instance.total or instance.note:
        transaction.on_commit(cache.clear, using=using)


@receiver(post_save, sender=Order, dispatch_uid="shop.b")
def b(sender, instance, created, raw, using, **kwargs):
    """Handle post_save of Order."""
    if raw:
        return
    if not created and (instance.total or instance.note):
        transaction.on_commit(cache.clear, using=using)


@receiver(pre_save, sender=Order, dispatch_uid="shop.c")
def c(sender, instance, raw, using, **kwargs):
    """Handle pre_save of Order."""
    if raw:
        return
    original = (
        sender._base_manager.using(using).filter(pk=instance.pk).first()
        if instance.pk is not None
        else None
    )
    if original is not None:
        if original.total:
            cache.set("x", original.total)
    else:
        transaction.on_commit(cache.clear, using=using)
