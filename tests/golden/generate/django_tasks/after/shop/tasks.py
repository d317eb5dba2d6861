"""Background tasks of shop."""

import logging

from django.tasks import task

logger = logging.getLogger(__name__)


@task(queue_name="slow")
def job(pk: int):
    """Job."""
    logger.warning("job is not written yet: pk=%r", pk)
