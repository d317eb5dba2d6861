from typing import Any
from core.decorators import search_receiver
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from orders.models import Order


@search_receiver(post_save, Order)
def update(instance, **kw):
    index(instance)


@receiver(post_save, sender=Order, dispatch_uid="orders.on_order_saved")
def on_order_saved(sender: type[Order], instance: Order, created: bool, **kwargs: Any) -> None:
    """Act on the order."""
    instance.touch()
