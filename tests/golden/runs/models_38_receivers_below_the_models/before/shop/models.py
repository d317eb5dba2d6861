from django.db import models
from django.db.models.signals import post_delete
from django.dispatch import receiver


class Order(models.Model):
    status = models.CharField(max_length=20)


@receiver(post_delete, sender="shop.Order")
def own(sender, **kwargs):
    pass
