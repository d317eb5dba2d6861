import logging

from celery import shared_task

logger = logging.getLogger(__name__)


@shared_task
def notify_author(author_id, comment_id):
    logger.info("author %s has a new comment: %s", author_id, comment_id)
