"""Left from an older Django; nothing imports it any more."""

from django.dispatch import Signal

# planted: SG701 gone since Django 4.0
order_paid = Signal(providing_args=["order"])

order_returned = Signal()
