from typing import Any

from django.db.models.signals import post_save
from django.dispatch import receiver
from django.http import HttpResponse

from orders.models import Order
from . import views


def handler404(request, exception=None):
    return HttpResponse(Order.objects.count())


@receiver(post_save, sender=Order, dispatch_uid="orders.on_order_saved")
def on_order_saved(sender: type[Order], instance: Order, created: bool, **kwargs: Any) -> None:
    """Act on the order."""
    instance.touch()
