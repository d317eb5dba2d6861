"""Functions that send the signals of shop."""

from .models import Order
from .signals import job_paid


def send_job_paid(*, order: Order) -> None:
    """Send job_paid."""
    job_paid.send(sender=None, order=order)
