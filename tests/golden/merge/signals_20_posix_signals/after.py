import signal
import sys
from typing import Any

from django.db.models.signals import post_save
from django.dispatch import receiver

from .models import Order


class Stopper:
    """Stops on SIGTERM."""

    def __init__(self):
        signal.signal(signal.SIGTERM, self.stop)

    def stop(self, *args):
        sys.exit(1)


@receiver(post_save, sender=Order, dispatch_uid="orders.on_order_saved")
def on_order_saved(sender: type[Order], instance: Order, created: bool, **kwargs: Any) -> None:
    """Act on the order."""
    instance.touch()
