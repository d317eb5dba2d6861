"""Signal receivers of shop."""

from functools import partial

from django.core.cache import cache
from django.db import transaction
from django.db.models.signals import post_save
from django.dispatch import receiver

from .models import Order
from .tasks import job, sweep


@receiver(post_save, sender=Order, dispatch_uid="shop.on_saved")
def on_saved(sender, instance, created, raw, using, **kwargs):
    """Handle post_save of Order."""
    if raw:
        return
    if created:
        # before
        transaction.on_commit(partial(job.delay, instance.pk), using=using)  # trailing

        text = """
multi
  line
"""
        if text:
            transaction.on_commit(
                partial(
                    job.apply_async,
                    # inner
                    args=[instance.pk],  # why
                ),
                using=using,
            )  # end
        transaction.on_commit(partial(job.delay, instance.pk), using=using)
        transaction.on_commit(partial(job.delay, list(text)), using=using)
        transaction.on_commit(sweep.delay, using=using)

        def later():
            job.delay(instance.pk)

        try:
            transaction.on_commit(partial(job.delay, *[1], **text), using=using)
        except ValueError:
            cache.clear()
