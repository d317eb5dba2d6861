import uuid

from django.conf import settings
from django.db import models


class OpenInvoices(models.Manager):
    def get_queryset(self):
        return super().get_queryset().filter(closed=False)


class Account(models.Model):
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="accounts")
    balance = models.DecimalField(max_digits=9, decimal_places=2, default=0)
    invoice_count = models.PositiveIntegerField(default=0)
    note = models.CharField(max_length=80, blank=True)


class Invoice(models.Model):
    class State(models.TextChoices):
        DRAFT = "draft"
        SENT = "sent"
        PAID = "paid"

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="invoices")
    number = models.PositiveIntegerField(default=0)
    code = models.CharField(max_length=20, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    total = models.DecimalField(max_digits=9, decimal_places=2, default=0)
    closed = models.BooleanField(default=False)
    sent_at = models.DateTimeField(null=True)

    objects = OpenInvoices()
    everything = models.Manager()


class Payment(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    invoice = models.ForeignKey(Invoice, on_delete=models.CASCADE, related_name="payments")
    amount = models.DecimalField(max_digits=9, decimal_places=2, default=0)


class Entry(models.Model):
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="entries")
    text = models.CharField(max_length=80)
