import logging
import signal

log = logging.getLogger(__name__)


def with_alarm(seconds):
    signal.alarm(seconds)
