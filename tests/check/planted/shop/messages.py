from django.core.mail import send_mail
from django.db import transaction


def write_to_buyer(order):
    send_mail("Your order", "Thank you.", "shop@example.com", [order.person.email])


def write_once_committed(order):
    transaction.on_commit(lambda: write_to_buyer(order))
