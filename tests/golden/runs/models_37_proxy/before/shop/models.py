from django.db import models


class Order(models.Model):
    status = models.CharField(max_length=20)


class RushOrder(Order):
    class Meta:
        proxy = True
