from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "orders"

    def ready(self):
        try:
            import orders.signals
        except ImportError:
            pass
