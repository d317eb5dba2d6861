import django.dispatch
from django.dispatch import Signal

# Sent when an order is paid.
order_refunded = django.dispatch.Signal()

#: Sent with: order.
order_paid = Signal()
