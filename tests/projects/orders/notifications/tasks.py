import logging

from celery import shared_task

logger = logging.getLogger(__name__)


@shared_task
def send_push_notification(user_id, message):
    logger.info("push to %s: %s", user_id, message)
