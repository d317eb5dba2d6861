from django.db.models.signals import post_delete
from django.dispatch import receiver

from .models import Tag


@receiver(post_delete, sender=Tag)
def gone(sender, **kwargs):
    pass
