from django.conf import settings
from django.db import models


class Stamped(models.Model):
    stamped_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True


class Tag(models.Model):
    name = models.CharField(max_length=40)


class Product(Stamped):
    name = models.CharField(max_length=80)
    slug = models.SlugField(blank=True)
    price = models.DecimalField(max_digits=8, decimal_places=2, default=0)
    tag_count = models.PositiveIntegerField(default=0)
    tags = models.ManyToManyField(Tag, related_name="products", blank=True)
    photo = models.FileField(upload_to="photos", blank=True)


class Order(Stamped):
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="orders")
    status = models.CharField(max_length=20, default="new")
    total = models.DecimalField(max_digits=8, decimal_places=2, default=0)
    products = models.ManyToManyField(Product, related_name="orders", blank=True)


class Line(models.Model):
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    product = models.ForeignKey(Product, on_delete=models.PROTECT)
    quantity = models.PositiveIntegerField(default=1)


class Log(models.Model):
    text = models.TextField()
