from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "orders"

    def ready(self):
        from . import checks  # pylint: disable=import-outside-toplevel,unused-import
