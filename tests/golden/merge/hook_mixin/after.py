from core.mixins import ReadyMixin
from django.apps import AppConfig


class OrdersConfig(ReadyMixin, AppConfig):
    name = "orders"
    # the end of the class

    def ready(self):
        super().ready()
        from . import signals  # noqa: F401


x = 1
