"""Background tasks of tasks."""

import logging

from celery import shared_task

logger = logging.getLogger(__name__)


@shared_task
def note(order_id):
    """Note."""
    logger.warning("note is not written yet: order_id=%r", order_id)
