from . import signals


def go():
    return signals.old
