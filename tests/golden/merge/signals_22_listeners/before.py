from django.db.models.signals import post_save
from django.dispatch import receiver

from .models import Job
from .models import Order


@receiver(post_save, sender=Job)
def on_job_save(sender, instance, **kwargs):
    """Purge the cache."""
    purge(instance)


@receiver(post_save, sender=Order)
def on_save(sender, instance, **kwargs):
    purge(instance)
