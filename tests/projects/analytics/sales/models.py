from __future__ import annotations

from django.db import models


class Sale(models.Model):
    product = models.CharField(max_length=80)
    amount = models.DecimalField(max_digits=10, decimal_places=2)
    sold_on = models.DateField()

    def __str__(self) -> str:
        return f"{self.product}: {self.amount}"
