from .utils import make_signal

order_paid = make_signal("paid")
