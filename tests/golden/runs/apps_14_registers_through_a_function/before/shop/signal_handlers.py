from django.db.models.signals import post_delete

from .models import Order


def gone(instance, **kwargs):
    pass


def register_signal_handlers():
    post_delete.connect(gone, sender=Order)
