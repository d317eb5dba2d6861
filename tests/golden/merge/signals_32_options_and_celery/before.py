from __future__ import annotations

from typing import TYPE_CHECKING

from celery import states
from celery.signals import before_task_publish
from django.db import models
from django.db.models import signals
from django.dispatch import receiver

if TYPE_CHECKING:
    from pathlib import Path

    from .models import Payment


@receiver(signals.post_delete, sender="orders.Order")
def cleanup(sender, instance, *, using=None, force=False, **kwargs) -> int:
    return 1


@before_task_publish.connect
def before(sender=None, headers=None, body=None, **kwargs):
    pass
