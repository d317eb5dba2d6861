from django.core.cache import cache
from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from .models import Order, Tag


@receiver(post_delete, sender=Tag)
def gone(sender, **kwargs):
    pass


@receiver(post_save, sender=Order, dispatch_uid="shop.a")
def a(sender, instance, raw, using, **kwargs):
    """Handle post_save of Order."""
    if raw:
        return
    transaction.on_commit(cache.clear, using=using)
