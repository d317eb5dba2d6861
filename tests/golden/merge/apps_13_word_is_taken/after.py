from django.apps import AppConfig
from django.db.models import signals


class OrdersConfig(AppConfig):
    name = "orders"

    def ready(self):
        from . import signals as orders_signals  # noqa: F401

        signals.post_save.connect(self.saved)
