"""Signal receivers of shop."""

from functools import partial

from asgiref.sync import sync_to_async
from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from crm.tasks import push

from .models import Order
from .tasks import job


@receiver(post_save, sender=Order, dispatch_uid="shop.a")
def a(sender, instance, created, raw, **kwargs):
    """Handle post_save of Order."""
    if raw:
        return
    if created:
        job.delay_on_commit(instance.pk)  # once
        push.apply_async_on_commit((instance.user_id, "new"), countdown=5)
    else:
        job.delay_on_commit(instance.pk)


@receiver(post_save, sender=Order, dispatch_uid="shop.waits_by_itself")
def waits_by_itself(sender, instance, raw, using, **kwargs):
    """Handle post_save of Order."""
    if raw:
        return

    def after_commit():
        job.delay(instance.pk)

    transaction.on_commit(after_commit, using=using)


@receiver(post_delete, sender=Order, dispatch_uid="shop.does_not_wait")
def does_not_wait(sender, instance, **kwargs):
    """Handle post_delete of Order."""
    job.delay(instance.customer_id)


@receiver(post_delete, sender=Order, dispatch_uid="shop.in_a_loop")
async def in_a_loop(sender, instance, using, **kwargs):
    """Handle post_delete of Order."""
    await sync_to_async(transaction.on_commit)(
        partial(job.delay, instance.customer_id), using=using
    )
