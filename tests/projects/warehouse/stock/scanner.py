import logging

logger = logging.getLogger(__name__)


def connect(address):
    logger.info("scanner at %s", address)
