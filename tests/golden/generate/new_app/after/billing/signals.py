"""Signal receivers of billing."""

from functools import partial

from django.db import transaction
from django.db.models.signals import post_save
from django.dispatch import Signal, receiver

from .tasks import job

#: Paid.
#: Sender: Invoice.
#: Arguments: invoice (Invoice).
paid = Signal()


@receiver(post_save, sender="billing.Invoice", dispatch_uid="billing.a")
def a(sender, instance, created, raw, using, **kwargs):
    """Handle post_save of Invoice."""
    if raw:
        return
    if created:
        transaction.on_commit(partial(job.delay, instance.pk), using=using)
