"""Background tasks of billing."""

import logging

from celery import shared_task

logger = logging.getLogger(__name__)


@shared_task
def job(pk):
    """Job."""
    logger.warning("job is not written yet: pk=%r", pk)
