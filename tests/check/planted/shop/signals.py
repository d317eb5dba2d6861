from django.dispatch import Signal

order_shipped = Signal()
