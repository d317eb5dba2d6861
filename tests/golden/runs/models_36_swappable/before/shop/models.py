import swapper
from django.db import models


class AbstractOrder(models.Model):
    status = models.CharField(max_length=20)

    class Meta:
        abstract = True


class Order(AbstractOrder):
    class Meta:
        swappable = swapper.swappable_setting("shop", "Order")
