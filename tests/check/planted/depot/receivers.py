"""Crates and where they stand."""

from django.contrib.auth.models import Permission
from django.db.models.signals import m2m_changed, post_migrate, post_save
from django.dispatch import receiver

from .models import Crate, Label, Place, Seal, Shelf


@receiver(post_save, sender=Crate)
def seal(sender, instance, created, raw, using, **kwargs):
    if created and not raw:
        Seal.objects.using(using).create(crate=instance)


# planted: SG425 there is no such action
@receiver(m2m_changed, sender=Label.crates.through)
def stand(sender, instance, action, reverse, pk_set, **kwargs):
    if action == "add":
        print("stands", pk_set)


# planted: SG427 the rows are made directly, which sends nothing of the kind
@receiver(m2m_changed, sender=Place)
def tell(sender, instance, action, reverse, pk_set, **kwargs):
    if action == "post_add" and not reverse:
        print("told", pk_set)


def put(shelf, crate):
    return Place.objects.create(shelf=shelf, crate=crate)


@receiver(post_migrate)
def first_shelf(sender, **kwargs):
    if sender.name == "depot":
        Shelf.objects.get_or_create(name="first")


@receiver(post_migrate)
def allow(sender, using, **kwargs):
    if sender.name == "depot":
        print(Permission.objects.using(using).get(codename="add_shelf"))
