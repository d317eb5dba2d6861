from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "orders"

    def ready(self):
        from . import checks  # flake8: noqa
        from . import signals  # flake8: noqa
