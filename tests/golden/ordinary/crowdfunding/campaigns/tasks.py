from celery import shared_task


@shared_task
def send_pledge_receipt(pledge_id):
    """Mail the receipt."""


@shared_task
def email_update(update_id, user_ids):
    """Mail an update to backers."""


@shared_task
def refund_pledge(pledge_id):
    """Give the money back."""
