from django.apps import AppConfig


class OrdersConfig(AppConfig):
    def ready(self):
        from . import signals  # noqa: F401
