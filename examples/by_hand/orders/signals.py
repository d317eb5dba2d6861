from django.db.models.signals import m2m_changed, post_save
from django.dispatch import receiver

from .models import Order
from .tasks import send_confirmation


@receiver(post_save, sender=Order)
def confirm(sender, instance, created, **kwargs):
    if created:
        send_confirmation.delay(instance.pk)


@receiver(m2m_changed, sender=Order)
def count_tags(sender, instance, action, **kwargs):
    print(instance.tags.count())
