from django.db.models import signals
from django.dispatch import receiver

from .models import Order


@receiver(signals.m2m_changed, sender=Order.tags.through)
@receiver(signals.post_save, sender=Order)
def own(sender, **kwargs):
    pass
