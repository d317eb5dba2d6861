"""What sends the custom signals."""

from django.dispatch import receiver

from .models import Order
from .signals import order_shipped


# planted: SG307 receivers filter by the class
class Shipment:
    def __init__(self, order):
        self.order = order

    def ship(self):
        order_shipped.send(sender=self, order=self.order)


@receiver(order_shipped, sender=Order)
def close_order(sender, order, **kwargs):
    print("closed", order.pk)


def ship(order):
    order_shipped.send(sender=Order, order=order)
