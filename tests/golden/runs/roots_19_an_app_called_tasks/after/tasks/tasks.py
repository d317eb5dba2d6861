"""Background tasks of tasks."""

import logging

from celery import shared_task

from .models import Order

logger = logging.getLogger(__name__)


@shared_task
def note(order_id):
    """Note."""
    order = Order.objects.filter(pk=order_id).first()
    if order is None:
        logger.info("note: order %r is gone", order_id)
        return
    logger.warning("note is not written yet: order=%r", order)
