from django.db import models
from django.dispatch import Signal


class Order(models.Model):
    pass


#: Sent with: order.
order_paid = Signal()

from .handlers import *  # noqa
