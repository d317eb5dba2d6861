"""Two receivers that call each other, through the models."""

from django.db.models import F
from django.db.models.signals import post_save
from django.dispatch import receiver

from .models import Bin, Move


# planted: SG202 a move saves its bin, and a bin makes a move
@receiver(post_save, sender=Move)
def fill_bin(sender, instance, raw, **kwargs):
    if raw:
        return
    instance.bin.filled = F("filled") + instance.amount
    instance.bin.save()


@receiver(post_save, sender=Bin)
def note_move(sender, instance, raw, **kwargs):
    if raw:
        return
    Move.objects.create(bin=instance, amount=0)
