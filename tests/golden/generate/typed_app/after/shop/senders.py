"""Functions that send the signals of shop."""

from typing import Any

from .models import Order, Tag
from .signals import paid


def send_paid(*, order: Order, tag: Tag | None) -> list[tuple[Any, Any]]:
    """Send paid."""
    return paid.send_robust(sender=Order, order=order, tag=tag)
