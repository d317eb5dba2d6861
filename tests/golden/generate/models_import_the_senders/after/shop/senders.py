from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .models import Order, Tag


def old():
    return 1


def send_paid(*, order: "Order", tag: "Tag | None") -> None:
    """Send paid."""
    from .models import Order
    from .signals import paid

    paid.send(sender=Order, order=order, tag=tag)
