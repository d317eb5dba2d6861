"""Decorators around receivers."""

from functools import wraps

from django.db.models.signals import post_save
from django.dispatch import receiver

from .models import Tag


def unless_raw(function):
    @wraps(function)
    def inner(*args, **kwargs):
        if not kwargs.get("raw"):
            function(*args, **kwargs)

    return inner


# planted: SG703 the decorator above wraps nothing that is connected
@unless_raw
@receiver(post_save, sender=Tag)
def upper_tag(sender, instance, **kwargs):
    print(instance.name.upper())


@receiver(post_save, sender=Tag)
@unless_raw
def lower_tag(sender, instance, **kwargs):
    print(instance.name.lower())
