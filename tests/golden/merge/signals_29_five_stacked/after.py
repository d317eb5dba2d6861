from typing import Any

from django.db.models.signals import m2m_changed, post_delete, post_save
from django.dispatch import receiver

from .models import (Product, Order, Payment)


@receiver(m2m_changed, sender=Product.tags.through)
@receiver(m2m_changed, sender=Product.marks.through)
@receiver(m2m_changed, sender=Order.tags.through)
@receiver(m2m_changed, sender=Order.marks.through)
def tags_changed(sender, instance, **kwargs):
    pass


@receiver(post_save, sender=Order, dispatch_uid="orders.on_order_saved")
def on_order_saved(sender: type[Order], instance: Order, created: bool, **kwargs: Any) -> None:
    """Act on the order."""
    instance.touch()


@receiver(post_delete, sender=Payment)
def on_gone(instance, **kwargs):
    pass
