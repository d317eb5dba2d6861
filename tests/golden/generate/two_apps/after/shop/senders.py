"""Functions that send the signals of shop."""

from decimal import Decimal

from .signals import paid


def send_paid(*, amount: Decimal) -> None:
    """Send paid."""
    paid.send(sender=None, amount=amount)
