import signal
import sys


class Stopper:
    """Stops on SIGTERM."""

    def __init__(self):
        signal.signal(signal.SIGTERM, self.stop)

    def stop(self, *args):
        sys.exit(1)
