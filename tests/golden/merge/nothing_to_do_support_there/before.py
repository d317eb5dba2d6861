import logging

logger = logging.getLogger("orders")
