from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "orders"

    def ready(self):
        from . import checks
        from . import signals  # noqa: F401
        from .conf import load

        load(checks)
