from django.dispatch import Signal


def make_signal(name):
    """Signals that tell their name."""
    return Signal()


order_sent = make_signal("order_sent")
