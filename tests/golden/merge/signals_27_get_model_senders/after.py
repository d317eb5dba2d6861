from typing import Any

from django.conf import settings
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from core.loading import get_model

Order = get_model("orders", "Order")

if settings.DELETE_IMAGES:
    from django.db import models

    def delete_files(sender, instance, **kwargs):
        instance.delete()

    for model in (Order,):
        post_delete.connect(delete_files, sender=model)


@receiver(post_save, sender=Order, dispatch_uid="orders.on_order_saved")
def on_order_saved(sender: type[Order], instance: Order, created: bool, **kwargs: Any) -> None:
    """Act on the order."""
    instance.touch()
