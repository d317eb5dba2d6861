from django.apps import AppConfig

from . import signals  # noqa: F401


class OrdersConfig(AppConfig):
    name = 'orders'
