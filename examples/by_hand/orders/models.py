from django.db import models


class Tag(models.Model):
    name = models.CharField(max_length=40)


class Order(models.Model):
    number = models.CharField(max_length=20)
    tags = models.ManyToManyField(Tag)
