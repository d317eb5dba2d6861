from typing import Any

from django.db.models.signals import post_save
from django.dispatch import receiver

from orders.models import Order, Line


@receiver(
    post_save,
    sender=Order,
    dispatch_uid="orders.order.saved",
)
@receiver(
    post_save,
    sender=Line,
    dispatch_uid="orders.line.saved",
)
def on_any_saved(sender, instance, **kwargs):
    pass


@receiver(post_save, sender=Order, dispatch_uid="orders.on_order_saved")
def on_order_saved(sender: type[Order], instance: Order, created: bool, **kwargs: Any) -> None:
    """Act on the order."""
    instance.touch()
