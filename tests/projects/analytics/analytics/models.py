from __future__ import annotations

from django.db import models


class DailyRevenue(models.Model):
    day = models.DateField(unique=True)
    revenue = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    sales = models.IntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.day}: {self.revenue}"

    def average(self) -> float:
        """Return what one sale of the day brought in."""
        return float(self.revenue) / self.sales if self.sales else 0.0
