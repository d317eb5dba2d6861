"""Own receivers."""

lazy import json
from functools import partial
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.db.models.signals import post_save
from django.dispatch import receiver

from .models import Order


def mine[T = int](rows: T):
    return {**row for row in rows}


frobnicate rows with cache:
    print(json)


def other():
    a = = 1
    return 2


@receiver(post_save, sender=Order, dispatch_uid="shop.on_order_saved")
def on_order_saved(
    sender: type[Order],
    instance: Order,
    created: bool,
    raw: bool,
    using: str,
    **kwargs: Any
) -> None:
    """Handle post_save of Order."""
    if raw:
        return
    if created:
        transaction.on_commit(partial(cache.delete, "orders"), using=using)
