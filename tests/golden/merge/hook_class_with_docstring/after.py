from django.apps import AppConfig


class OrdersConfig(AppConfig):
    """The orders app."""

    def ready(self):
        from . import signals  # noqa: F401
