"""Signal receivers of fresh."""

from django.core.cache import cache
from django.db.models.signals import post_save
from django.dispatch import receiver


@receiver(post_save, sender="fresh.Order", dispatch_uid="fresh.on_order_saved")
def on_order_saved(sender, instance, created, raw, **kwargs):
    """Handle post_save of Order."""
    if raw:
        return
    if created:
        cache.delete("orders")
