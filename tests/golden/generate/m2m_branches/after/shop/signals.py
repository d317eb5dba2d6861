"""Signal receivers of shop."""

from django.core.cache import cache
from django.db import transaction
from django.db.models import F
from django.db.models.signals import m2m_changed
from django.dispatch import receiver

from .models import Product, Tag


@receiver(m2m_changed, sender=Product.tags.through, dispatch_uid="shop.tags")
def tags(sender, action, instance, reverse, pk_set, using, raw=False, **kwargs):
    """Handle m2m_changed of Product."""
    if raw or reverse:
        return
    if action == "post_add" and pk_set:
        Tag.objects.filter(pk__in=pk_set).update(uses=F("uses") + 1)
    elif action == "post_remove":
        Tag.objects.filter(pk__in=pk_set).update(uses=F("uses") - 1)
    elif action == "post_clear":
        transaction.on_commit(cache.clear, using=using)


@receiver(m2m_changed, sender=Product.shelves.through, dispatch_uid="shop.shelves")
def shelves(sender, action, instance, reverse, pk_set, using, raw=False, **kwargs):
    """Handle m2m_changed of Product."""
    if raw:
        return
    if action == "pre_add" and pk_set:
        if reverse:
            transaction.on_commit(cache.clear, using=using)
    elif action in ("pre_clear", "post_clear"):
        transaction.on_commit(cache.clear, using=using)


@receiver(m2m_changed, sender=Product.related.through, dispatch_uid="shop.same")
def same(sender, action, instance, reverse, pk_set, using, raw=False, **kwargs):
    """Handle m2m_changed of Product."""
    if raw or reverse:
        return
    if (
        (action == "pre_add" and pk_set)
        or (action == "post_add" and pk_set)
        or action == "post_remove"
    ):
        transaction.on_commit(cache.clear, using=using)
