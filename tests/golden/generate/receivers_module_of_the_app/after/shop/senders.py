"""Functions that send the signals of shop."""

from .models import Order, Tag
from .signals import paid


def send_paid(*, order: Order, tag: Tag | None) -> None:
    """Send paid."""
    paid.send(sender=Order, order=order, tag=tag)
