from celery import shared_task


@shared_task
def send_tickets(booking_id):
    """Mail the tickets as PDF."""


@shared_task
def send_cancellation_emails(event_id):
    """Tell everybody who has booked."""


@shared_task
def notify_waitlist(entry_id):
    """Somebody on the waiting list may book now."""
