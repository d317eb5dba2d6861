"""Signal receivers of shop."""

from functools import partial

from django.db import transaction
from django.db.models.signals import m2m_changed, post_delete, post_save
from django.dispatch import receiver

from .models import Order, Product
from .tasks import job


@receiver(post_save, sender=Order, dispatch_uid="shop.on_saved")
def on_saved(sender, instance, created, raw, using, **kwargs):
    """Handle post_save of Order."""
    if raw:
        return
    if created:
        transaction.on_commit(partial(job.delay, instance.pk), using=using)
    else:
        transaction.on_commit(partial(job.delay, 0), using=using)


@receiver(post_save, sender=Order, dispatch_uid="shop.on_any_save")
def on_any_save(sender, instance, raw, using, **kwargs):
    """Handle post_save of Order."""
    if raw:
        return
    transaction.on_commit(partial(job.delay, instance.pk), using=using)


@receiver(post_delete, sender=Order, dispatch_uid="shop.on_gone")
def on_gone(sender, instance, using, **kwargs):
    """Handle post_delete of Order."""
    transaction.on_commit(partial(job.delay, instance.pk), using=using)


@receiver(m2m_changed, sender=Product.tags.through, dispatch_uid="shop.on_tagged")
def on_tagged(sender, action, instance, reverse, pk_set, using, raw=False, **kwargs):
    """Handle m2m_changed of Product."""
    if raw or reverse:
        return
    if (action == "post_add" and pk_set) or action == "post_clear":
        transaction.on_commit(partial(job.delay, instance.pk), using=using)
