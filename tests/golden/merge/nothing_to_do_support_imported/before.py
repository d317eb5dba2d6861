from .log import logger
