from functools import partial

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from shop.loading import get_model

Order = get_model("shop", "Order")

if settings.DELETE_FILES:
    from django.dispatch import receiver

    from shop.files import clean

    @receiver(post_delete, sender=Order)
    def gone(sender, instance, **kwargs):
        clean(instance)

    for model in (Order,):
        post_delete.connect(gone, sender=model)


@receiver(post_save, sender=Order, dispatch_uid="shop.on_order_saved")
def on_order_saved(sender, instance, created, raw, using, **kwargs):
    """Handle post_save of Order."""
    if raw:
        return
    if created:
        transaction.on_commit(partial(cache.delete, "orders"), using=using)
