from django.db import models

from shop.abstract import *  # noqa: F403
from shop.loading import is_model_registered

__all__ = []

if not is_model_registered("shop", "Order"):

    class Order(models.Model):
        status = models.CharField(max_length=20)

    __all__.append("Order")
