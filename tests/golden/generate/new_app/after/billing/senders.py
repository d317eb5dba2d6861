"""Functions that send the signals of billing."""

from .models import Invoice
from .signals import paid


def send_paid(*, invoice: Invoice) -> None:
    """Send paid."""
    paid.send(sender=Invoice, invoice=invoice)
