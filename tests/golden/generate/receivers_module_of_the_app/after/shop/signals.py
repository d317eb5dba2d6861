"""Signals of shop."""

from django.dispatch import Signal

#: Paid.
#: Sender: Order.
#: Arguments: order (Order), tag (Tag | None).
paid = Signal()
