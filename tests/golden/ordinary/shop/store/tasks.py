from celery import shared_task


@shared_task
def send_order_confirmation(order_id):
    """Mail the customer what was ordered."""


@shared_task
def notify_low_stock(product_id, stock):
    """Ask the buyer to order more."""
