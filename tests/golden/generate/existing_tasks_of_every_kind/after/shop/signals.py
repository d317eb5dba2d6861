"""Signal receivers of shop."""

from functools import partial

from django.db import transaction
from django.db.models.signals import post_save
from django.dispatch import receiver

from crm.tasks import push

from .jobs import djangoed, dram, hueyed, rqed
from .models import Order


@receiver(post_save, sender=Order, dispatch_uid="shop.a")
def a(sender, instance, raw, using, **kwargs):
    """Handle post_save of Order."""
    if raw:
        return
    transaction.on_commit(partial(hueyed, instance.pk), using=using)
    transaction.on_commit(partial(dram.send, instance.pk), using=using)
    transaction.on_commit(partial(rqed.delay, instance.pk), using=using)
    transaction.on_commit(partial(djangoed.enqueue, instance.pk), using=using)
    transaction.on_commit(partial(push.delay, 1, 2), using=using)


@receiver(post_save, sender=Order, dispatch_uid="shop.b")
def b(sender, instance, raw, using, **kwargs):
    """Handle post_save of Order."""
    if raw:
        return
    transaction.on_commit(partial(hueyed, instance.pk), using=using)
    transaction.on_commit(partial(dram.send, instance.pk), using=using)
    transaction.on_commit(partial(rqed.delay, instance.pk), using=using)
    transaction.on_commit(partial(djangoed.enqueue, instance.pk), using=using)
    transaction.on_commit(partial(push.delay, instance.user_id, "x"), using=using)
