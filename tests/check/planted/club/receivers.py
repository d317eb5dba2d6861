"""What is done for every row, and what a member leaves behind."""

from django.db.models.signals import post_save
from django.dispatch import receiver

from .models import Trace, Visit


# planted: SG310 migrate saves rows as well, before this table is there
@receiver(post_save)
def trace(sender, instance, raw, **kwargs):
    if raw or sender is Trace:
        return
    Trace.objects.create(table=sender.__name__)


@receiver(post_save, sender=Visit)
def greet(sender, instance, **kwargs):
    print("hello", instance.member_id)
