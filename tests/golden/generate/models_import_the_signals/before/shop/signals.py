from django.dispatch import Signal

old = Signal()
