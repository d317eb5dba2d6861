from django.db.models.signals import post_save
from django.dispatch import receiver

from orders.models import Order


@receiver(post_save, sender=Order)
@receiver(post_save, sender=Order, dispatch_uid="orders.on_order_saved")
def mine(sender, instance, **kwargs):
    pass
