from django.core.cache import cache
from django.db import transaction
from django.dispatch import Signal, receiver


def make_signal(name):
    """Signals that tell their name."""
    return Signal()


order_sent = make_signal("order_sent")


@receiver(order_sent, dispatch_uid="shop.on_sent")
def on_sent(sender, **kwargs):
    """Handle order_sent."""
    transaction.on_commit(cache.clear)
