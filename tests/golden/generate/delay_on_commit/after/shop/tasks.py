"""Background tasks of shop."""

import logging

from celery import shared_task

logger = logging.getLogger(__name__)


@shared_task
def job(order_id):
    """Job."""
    logger.warning("job is not written yet: order_id=%r", order_id)
