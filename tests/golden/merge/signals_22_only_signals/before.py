import django.dispatch

# Sent when an order is paid.
order_refunded = django.dispatch.Signal()
