from django.conf import settings
from django.db import models

from .service import go


class Stamped(models.Model):
    note = models.TextField(blank=True)

    class Meta:
        abstract = True


class Tag(models.Model):
    name = models.CharField(max_length=20)
    uses = models.IntegerField(default=0)


class Customer(models.Model):
    name = models.CharField(max_length=20)


class Product(models.Model):
    name = models.CharField(max_length=20)
    tags = models.ManyToManyField(Tag)
    related = models.ManyToManyField("self", blank=True)
    shelves = models.ManyToManyField("Shelf", through="Placement")


class Shelf(models.Model):
    code = models.CharField(max_length=5)


class Placement(models.Model):
    product = models.ForeignKey(Product, on_delete=models.CASCADE)
    shelf = models.ForeignKey(Shelf, on_delete=models.CASCADE)


class Order(Stamped):
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE)
    status = models.CharField(max_length=20, default="new")
    total = models.IntegerField(default=0)
    photo = models.FileField(blank=True)
