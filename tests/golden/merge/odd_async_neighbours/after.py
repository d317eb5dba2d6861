from django.db.models.signals import post_save
from django.dispatch import receiver

from .models import Order


@receiver(post_save, sender=Order)
async def first(sender, **kwargs):
    pass


@receiver(post_save, sender=Order)
async def on_order_async(sender, instance, **kwargs):
    await x()
