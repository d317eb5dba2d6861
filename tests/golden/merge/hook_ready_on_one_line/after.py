from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "orders"

    def ready(self):  # later
        from . import signals  # noqa: F401

    other = 1
