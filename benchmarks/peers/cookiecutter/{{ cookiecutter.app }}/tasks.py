"""Background tasks of {{ cookiecutter.app }}."""

import logging

from celery import shared_task

logger = logging.getLogger(__name__)


@shared_task
def send_mail_task(order_id):
    """send_mail_task."""
    logger.warning("send_mail_task is not written yet")
