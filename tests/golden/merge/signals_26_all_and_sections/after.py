# Copyright (c) 2015 Somebody.
# All Rights Reserved.

# Python
import logging
from typing import Any

# Django
from django.conf import settings
from django.db.models.signals import (
    pre_save,
    post_save,
)
from django.dispatch import receiver

# Here
from orders.models import *
from orders.models import Order

__all__ = []

logger = logging.getLogger('orders.signals')

# Sections of the file.


def emit(sender, **kwargs):
    logger.info(sender)


post_save.connect(emit)


@receiver(post_save, sender=Order, dispatch_uid="orders.on_order_saved")
def on_order_saved(sender: type[Order], instance: Order, created: bool, **kwargs: Any) -> None:
    """Act on the order."""
    instance.touch()
