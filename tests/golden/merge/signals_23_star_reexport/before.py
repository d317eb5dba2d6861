from thirdparty.signal_handlers import *  # noqa: F403
