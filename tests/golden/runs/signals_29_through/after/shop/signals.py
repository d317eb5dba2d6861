from functools import partial

from django.core.cache import cache
from django.db import transaction
from django.db.models import signals
from django.db.models.signals import m2m_changed
from django.dispatch import receiver

from .models import Order


@receiver(signals.m2m_changed, sender=Order.tags.through)
@receiver(signals.post_save, sender=Order)
def own(sender, **kwargs):
    pass


@receiver(m2m_changed, sender=Order.tags.through, dispatch_uid="shop.on_tags")
def on_tags(sender, action, instance, reverse, pk_set, using, raw=False, **kwargs):
    """Handle m2m_changed of Order."""
    if raw or reverse:
        return
    if action == "post_add" and pk_set:
        transaction.on_commit(partial(cache.delete, "tags"), using=using)
