from celery import shared_task

from .models import Invoice


@shared_task
def book(invoice_pk, amount): ...


@shared_task
def forget(invoice_pk): ...


@shared_task
def archive(invoice_pk):
    invoice = Invoice.everything.get(pk=invoice_pk)
    print("archived", invoice.code)
