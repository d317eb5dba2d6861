"""Background tasks of shop."""

import logging

from celery import shared_task

from .models import Order

logger = logging.getLogger(__name__)


@shared_task
def job(order_id):
    """Job."""
    order = Order.objects.filter(pk=order_id).first()
    if order is None:
        logger.info("job: order %r is gone", order_id)
        return
    logger.warning("job is not written yet: order=%r", order)


@shared_task
def sweep():
    """Sweep."""
    logger.warning("sweep is not written yet")
