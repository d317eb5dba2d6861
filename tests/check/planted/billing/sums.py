"""Totals and numbers that two requests get wrong together."""

from django.db.models import F, Max
from django.db.models.signals import post_delete, post_save, pre_save
from django.dispatch import receiver
from django.utils import timezone

from .models import Account, Invoice, Payment


# planted: SG422 the other payment of the same second is lost
@receiver(post_save, sender=Payment)
def add(sender, instance, created, raw, **kwargs):
    if raw or not created:
        return
    account = instance.invoice.account
    account.balance += instance.amount
    account.save(update_fields=["balance"])


@receiver(post_save, sender=Payment)
def count(sender, instance, created, raw, using, **kwargs):
    if raw or not created:
        return
    Account.objects.using(using).filter(invoices=instance.invoice_id).update(
        invoice_count=F("invoice_count") + 1
    )


# planted: SG423 two invoices of one moment get one number
@receiver(pre_save, sender=Invoice)
def number(sender, instance, raw, using, **kwargs):
    if raw or instance.number:
        return
    last = Invoice.everything.using(using).aggregate(last=Max("number"))["last"] or 0
    instance.number = last + 1


# planted: SG424 the only save that sends it names another field
@receiver(pre_save, sender=Invoice)
def stamp(sender, instance, raw, **kwargs):
    if not raw and instance.state == Invoice.State.SENT and instance.sent_at is None:
        instance.sent_at = timezone.now()


def send(invoice):
    invoice.state = Invoice.State.SENT
    invoice.save(update_fields=["state"])


def send_all(invoices: list[Invoice]):
    for invoice in invoices:
        send(invoice)


# planted: SG428 nothing stores the note
@receiver(post_save, sender=Account)
def note(sender, instance, created, raw, **kwargs):
    if created and not raw:
        instance.note = "opened"


# planted: SG505 a thousand deleted payments add up the rest a thousand times
@receiver(post_delete, sender=Payment)
def add_up(sender, instance, using, **kwargs):
    left = Payment.objects.using(using).filter(invoice_id=instance.invoice_id)
    print(sum(payment.amount for payment in left))
