"""Background tasks of shop."""

import logging

from celery import shared_task

from .models import Order

logger = logging.getLogger(__name__)


@shared_task
def late_job(order_id, name, when):
    """Late job."""
    order = Order.objects.filter(pk=order_id).first()
    if order is None:
        logger.info("late_job: order %r is gone", order_id)
        return
    logger.warning(
        "late_job is not written yet: order=%r, name=%r, when=%r", order, name, when
    )
