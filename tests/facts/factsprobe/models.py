from __future__ import annotations

from django.db import models


class Named(models.Model):
    name = models.CharField(max_length=20)

    class Meta:
        abstract = True

    def __str__(self):
        return self.name


class Topping(Named):
    pass


class Pizza(Named):
    toppings = models.ManyToManyField(Topping, related_name="pizzas")


class Calzone(Pizza):
    folded = models.BooleanField(default=True)


class HousePizza(Pizza):
    class Meta:
        proxy = True
