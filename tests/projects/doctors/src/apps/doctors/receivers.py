"""What happens around appointments."""

from django.db.models.signals import pre_save
from django.dispatch import receiver

from .models import Appointment


@receiver(pre_save, sender=Appointment)
def tidy_reason(sender, instance, **kwargs):
    # Doctors see it on a small screen: no stray spaces.
    instance.reason = instance.reason.strip()
