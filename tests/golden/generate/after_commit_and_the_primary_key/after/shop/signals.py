"""Signal receivers of shop."""

from django.core.cache import cache
from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from .models import Order


@receiver(post_save, sender=Order, dispatch_uid="shop.on_saved")
def on_saved(sender, instance, raw, using, **kwargs):
    """Handle post_save of Order."""
    if raw:
        return

    def after_commit():
        cache.delete(f"o:{instance.pk}")

    transaction.on_commit(after_commit, using=using)


@receiver(post_delete, sender=Order, dispatch_uid="shop.on_gone")
def on_gone(sender, instance, using, **kwargs):
    """Handle post_delete of Order."""
    pk = instance.pk

    def after_commit():
        cache.delete(f"o:{pk}:{pk}:{instance.pk_set}")

    transaction.on_commit(after_commit, using=using)


@receiver(post_delete, sender=Order, dispatch_uid="shop.on_gone_too")
def on_gone_too(sender, instance, using, **kwargs):
    """Handle post_delete of Order."""

    def after_commit():
        cache.clear()

    transaction.on_commit(after_commit, using=using)
