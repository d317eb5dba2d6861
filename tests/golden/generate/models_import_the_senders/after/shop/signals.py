"""Signal receivers of shop."""

from django.core.cache import cache
from django.db import transaction
from django.db.models.signals import m2m_changed, post_save
from django.dispatch import Signal, receiver

from .models import Order, Product, Tag

#: Paid.
#: Sender: Order.
#: Arguments: order (Order), tag (Tag | None).
paid = Signal()


@receiver(post_save, sender=Order, dispatch_uid="shop.a")
def a(sender, instance, created, raw, **kwargs):
    """Handle post_save of Order."""
    if raw:
        return
    if created:
        Tag.objects.create(name=str(instance.pk))


@receiver(m2m_changed, sender=Product.tags.through, dispatch_uid="shop.b")
def b(sender, action, instance, reverse, pk_set, using, raw=False, **kwargs):
    """Handle m2m_changed of Product."""
    if raw or reverse:
        return
    if action == "post_add" and pk_set:
        transaction.on_commit(cache.clear, using=using)


@receiver(m2m_changed, sender=Product.shelves.through, dispatch_uid="shop.c")
def c(sender, action, instance, reverse, pk_set, using, raw=False, **kwargs):
    """Handle m2m_changed of Product."""
    if raw or reverse:
        return
    if action == "post_add" and pk_set:
        transaction.on_commit(cache.clear, using=using)
