# -*- coding: latin-1 -*-
"""Receivers, by André."""

from django.db.models.signals import post_delete
from django.dispatch import receiver

from .models import Order


@receiver(post_delete, sender=Order)
def own(sender, instance, **kwargs):
    print("supprimé")
