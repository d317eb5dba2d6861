from django.apps import AppConfig


class ShopConfig(AppConfig):
    name = "shop"

    def ready(self):
        """Called when the registry is full."""
        from . import signals  # noqa: F401
