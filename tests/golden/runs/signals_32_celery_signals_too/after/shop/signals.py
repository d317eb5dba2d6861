from functools import partial

from celery.signals import task_prerun
from django.core.cache import cache
from django.db import transaction
from django.db.models.signals import post_save
from django.dispatch import receiver

from .models import Order


@task_prerun.connect
def before(task_id=None, *, force=False, **kwargs):
    return force


def own(sender, instance, *, quiet=False, **kwargs):
    return quiet


post_save.connect(own)


@receiver(post_save, sender=Order, dispatch_uid="shop.on_order_saved")
def on_order_saved(sender, instance, created, raw, using, **kwargs):
    """Handle post_save of Order."""
    if raw:
        return
    if created:
        transaction.on_commit(partial(cache.delete, "orders"), using=using)
