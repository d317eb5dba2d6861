from django.db.models.signals import post_save
from django.dispatch import receiver

from .models import Membr


@receiver(post_save, sender=Membr)
def remind(sender, instance, **kwargs):
    print("remind", instance.pk)
