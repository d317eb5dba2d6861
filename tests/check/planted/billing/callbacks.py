"""Rows that are gone, not there yet, or the last of a loop."""

from functools import partial

from django.core.cache import cache
from django.db import transaction
from django.db.models.signals import post_delete, post_save, pre_save
from django.dispatch import receiver

from .models import Account, Entry, Invoice, Payment
from .tasks import archive, forget


# planted: SG413 the key is None by then
@receiver(post_delete, sender=Invoice)
def forget_invoice(sender, instance, using, **kwargs):
    transaction.on_commit(lambda: forget.delay(instance.pk), using=using)


@receiver(post_delete, sender=Payment)
def forget_payment(sender, instance, using, **kwargs):
    pk = instance.invoice_id
    transaction.on_commit(lambda: forget.delay(pk), using=using)


# planted: SG414 every callback sees the last invoice
@receiver(post_save, sender=Account)
def forget_all(sender, instance, created, raw, using, **kwargs):
    if raw or created:
        return
    with transaction.atomic(using=using):
        for invoice in instance.invoices.using(using).only("pk"):
            transaction.on_commit(lambda: forget.delay(invoice.pk), using=using)


# planted: SG415 a payment always has its key
@receiver(pre_save, sender=Payment)
def number_payment(sender, instance, **kwargs):
    if not instance.pk:
        print("a new payment")


@receiver(pre_save, sender=Payment)
def number_new_payment(sender, instance, **kwargs):
    if instance._state.adding:
        print("a new payment")


# planted: SG416 a new entry has no stored row
@receiver(pre_save, sender=Entry)
def compare(sender, instance, raw, using, **kwargs):
    if raw:
        return
    stored = Entry.objects.using(using).get(pk=instance.pk)
    if stored.text != instance.text:
        print("changed")


# planted: SG417 the invoice has no key before its first save
@receiver(pre_save, sender=Invoice)
def give_code(sender, instance, **kwargs):
    if not instance.code:
        instance.code = f"INV-{instance.pk}"


# planted: SG418 closed invoices are left out by this manager
@receiver(pre_save, sender=Invoice)
def compare_state(sender, instance, raw, using, **kwargs):
    if raw or instance._state.adding:
        return
    stored = Invoice.objects.using(using).filter(pk=instance.pk).first()
    if stored is None or stored.state != instance.state:
        print("another state")


# planted: SG419 the task loads what is no longer there
@receiver(post_delete, sender=Invoice)
def archive_invoice(sender, instance, using, **kwargs):
    pk = instance.pk
    transaction.on_commit(partial(archive.delay, pk), using=using)


# planted: SG420 the save stores the row again
@receiver(post_delete, sender=Entry)
def strike(sender, instance, **kwargs):
    instance.text = "deleted"
    instance.save()


# planted: SG421 the account goes in the same deletion
@receiver(post_delete, sender=Invoice)
def write_down(sender, instance, using, **kwargs):
    Entry.objects.using(using).create(account=instance.account, text="invoice deleted")


# planted: SG426 another request may fill it with the old row
@receiver(post_save, sender=Account)
def drop(sender, instance, **kwargs):
    cache.delete(f"account-{instance.pk}")


@receiver(post_save, sender=Account)
def drop_late(sender, instance, using, **kwargs):
    transaction.on_commit(partial(cache.delete, f"accounts-{instance.pk}"), using=using)
