try:
    from .log import logger
except ImportError:
    logger = None
