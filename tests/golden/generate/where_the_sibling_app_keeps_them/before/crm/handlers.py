from django.db.models.signals import post_delete
from django.dispatch import receiver

from .models import Lead


@receiver(post_delete, sender=Lead)
def gone(sender, **kwargs):
    pass
