"""Signal receivers of shop."""

from django.db import transaction
from django.db.models.signals import post_save
from django.dispatch import receiver

from .models import Order
from .tasks import job, sweep


@receiver(post_save, sender=Order, dispatch_uid="shop.on_saved")
def on_saved(sender, instance, raw, using, **kwargs):
    """Handle post_save of Order."""
    if raw:
        return
    transaction.on_commit(lambda: job.delay(instance.pk))
    transaction.on_commit(sweep.delay, using=using)
