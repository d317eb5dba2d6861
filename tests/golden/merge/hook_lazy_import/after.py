from django.apps import AppConfig

lazy from orders import signals


class OrdersConfig(AppConfig):
    name = 'orders'

    def ready(self):
        from . import signals as orders_signals  # noqa: F401
