"""Own receivers."""

lazy import json
from typing import Any

from django.db.models.signals import post_save
from django.dispatch import receiver

from .models import Order


def mine[T = int](rows: T):
    return {**row for row in rows}


frobnicate rows with mine:
    print(json)


class Other:
    x = = 1

    def method(self): pass


@receiver(post_save, sender=Order, dispatch_uid="orders.on_order_saved")
def on_order_saved(sender: type[Order], instance: Order, created: bool, **kwargs: Any) -> None:
    """Act on the order."""
    instance.touch()
