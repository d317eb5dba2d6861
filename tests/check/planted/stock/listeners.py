"""Nobody imports this module."""

from django.db.models.signals import pre_delete
from django.dispatch import receiver

from .models import Bin


# planted: SG103 never connected
@receiver(pre_delete, sender=Bin)
def keep_bin(sender, instance, **kwargs):
    print("kept", instance.pk)
