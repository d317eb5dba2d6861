from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "orders"

    def ready(self):
        from django.conf import settings

        from . import signals  # noqa: F401

        if not settings.DEBUG:
            return
        warn(self)
