"""Functions that send the signals of shop."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .models import Order, Tag


def send_paid(*, order: "Order", tag: "Tag | None") -> list[tuple[Any, Any]]:
    """Send paid."""
    from .models import Order
    from .signals import paid

    return paid.send_robust(sender=Order, order=order, tag=tag)
