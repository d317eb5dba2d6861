from django.apps import AppConfig
from django.db.models import signals


class OrdersConfig(AppConfig):
    name = "orders"

    def ready(self):
        from . import signals as handlers
        signals.post_save.connect(handlers.saved)
