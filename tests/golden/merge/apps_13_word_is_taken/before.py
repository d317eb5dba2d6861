from django.apps import AppConfig
from django.db.models import signals


class OrdersConfig(AppConfig):
    name = "orders"

    def ready(self):
        signals.post_save.connect(self.saved)
