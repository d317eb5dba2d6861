from typing import TYPE_CHECKING

from .signals import paid

if TYPE_CHECKING:
    from .models import Order, Tag


def old():
    return 1


def send_paid(*, order: "Order", tag: "Tag | None") -> None:
    """Send paid."""
    from .models import Order

    paid.send(sender=Order, order=order, tag=tag)
