from shelf.signal_handlers import *  # noqa: F403
