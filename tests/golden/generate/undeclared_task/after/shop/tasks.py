"""Background tasks of shop."""

import logging

from celery import shared_task

logger = logging.getLogger(__name__)


@shared_task
def late_job(order_id, name, when):
    """Late job."""
    logger.warning(
        "late_job is not written yet: order_id=%r, name=%r, when=%r",
        order_id,
        name,
        when,
    )
