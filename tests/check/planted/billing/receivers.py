"""What the accounts are told; among it, names and arguments that are wrong."""

from functools import partial

from django.db import transaction
from django.db.models.signals import post_save, pre_save
from django.dispatch import receiver

from .models import Account, Entry, Invoice, Payment
from .signals import invoice_closed, invoice_paid
from .tasks import book


# planted: SG308 no class is a list
@receiver(post_save, sender=[Invoice, Payment])
def note_change(sender, instance, raw, **kwargs):
    print("changed", instance.pk)


@receiver([post_save, pre_save], sender=Payment)
def note_both(sender, instance, **kwargs):
    print("saving", instance.pk)


def note_entry(sender, instance, **kwargs):
    print("entry", instance.pk)


# planted: SG308 the second class is never asked
post_save.connect(note_entry, sender=Entry or Account, dispatch_uid="billing.note_entry")


# planted: SG110 the decorator has no signal, and connects nothing
@receiver
def note_owner(sender, instance, **kwargs):
    print("owner", instance.owner_id)


# planted: SG409 the field is called owner
@receiver(post_save, sender=Account)
def greet_owner(sender, instance, created, raw, **kwargs):
    if created and not raw:
        print(instance.ownr.nickname)


# planted: SG409 the field is called account
@receiver(post_save, sender=Invoice)
def count_drafts(sender, instance, raw, using, **kwargs):
    if raw:
        return
    drafts = Invoice.everything.using(using).filter(acount=instance.account, state="draft").count()
    print("drafts", drafts)


@receiver(post_save, sender=Invoice)
def count_sent(sender, instance, raw, using, **kwargs):
    if raw:
        return
    print(Invoice.everything.using(using).filter(account__owner=instance.account.owner).count())


# planted: SG409 there is no such state
@receiver(pre_save, sender=Invoice)
def mark(sender, instance, **kwargs):
    if instance.state == Invoice.State.PAYED:
        print("paid", instance.number)


# planted: SG410 the task wants the amount too
@receiver(post_save, sender=Payment)
def book_payment(sender, instance, created, raw, using, **kwargs):
    if created and not raw:
        transaction.on_commit(partial(book.delay, instance.invoice_id), using=using)


@receiver(invoice_paid)
def thank(sender, payment, payer=None, **kwargs):
    print("thanks", payment.pk, payer)


# planted: SG411 the payer is forgotten
def pay(payment):
    invoice_paid.send(sender=Payment, payment=payment)


class Closing:
    """Sends a signal of its own class."""


# planted: SG309 nobody sends it with this class
@receiver(invoice_closed, sender=Invoice)
def close(sender, invoice, **kwargs):
    print("closed", invoice.pk)


def close_invoice(invoice):
    invoice_closed.send(sender=Closing, invoice=invoice)


# planted: SG412 Django refuses this query in an event loop
@receiver(post_save, sender=Entry)
async def count_entries(sender, instance, raw, using, **kwargs):
    if raw:
        return
    print(Entry.objects.using(using).filter(account_id=instance.account_id).count())


@receiver(post_save, sender=Entry)
async def count_entries_well(sender, instance, raw, using, **kwargs):
    if raw:
        return
    print(await Entry.objects.using(using).filter(account_id=instance.account_id).acount())
