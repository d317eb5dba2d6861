"""Background tasks of shop."""

import logging
from typing import Any

from celery import shared_task

logger = logging.getLogger(__name__)


@shared_task
def job(order_id: Any) -> None:
    """Job."""
    logger.warning("job is not written yet: order_id=%r", order_id)
