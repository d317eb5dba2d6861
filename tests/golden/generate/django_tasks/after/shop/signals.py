"""Signal receivers of shop."""

from functools import partial

from django.db import transaction
from django.db.models.signals import post_save
from django.dispatch import receiver

from .models import Order
from .tasks import job


@receiver(post_save, sender=Order, dispatch_uid="shop.a")
def a(sender, instance, created, raw, using, **kwargs):
    """Handle post_save of Order."""
    if raw:
        return
    if created:
        transaction.on_commit(partial(job.enqueue, instance.pk), using=using)
