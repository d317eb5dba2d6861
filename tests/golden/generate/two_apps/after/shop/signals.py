"""Signal receivers of shop."""

from django.dispatch import Signal

#: Paid.
#: Arguments: amount (Decimal).
paid = Signal()
