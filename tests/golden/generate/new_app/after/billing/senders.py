"""Functions that send the signals of billing."""

from typing import TYPE_CHECKING

from .signals import paid

if TYPE_CHECKING:
    from .models import Invoice


def send_paid(*, invoice: "Invoice") -> None:
    """Send paid."""
    from .models import Invoice

    paid.send(sender=Invoice, invoice=invoice)
