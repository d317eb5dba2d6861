"""Signals of the orders app."""

from typing import TYPE_CHECKING, Any

from django.db.models.signals import post_save
from django.dispatch import receiver

if TYPE_CHECKING:
    from .models import Order


@receiver(post_save, sender="orders.Order")
def on_lazy(instance: "Order", **kwargs: Any) -> None:
    pass
