from django.db.models.signals import m2m_changed
from django.dispatch import receiver

from .models import (Product, Order)


@receiver(m2m_changed, sender=Product.tags.through)
@receiver(m2m_changed, sender=Product.marks.through)
@receiver(m2m_changed, sender=Order.tags.through)
@receiver(m2m_changed, sender=Order.marks.through)
def tags_changed(sender, instance, **kwargs):
    pass
