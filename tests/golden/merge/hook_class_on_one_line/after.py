from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "orders"; label = "o"  # short

    def ready(self):
        from . import signals  # noqa: F401
