from django.apps import AppConfig
from django.db.models.signals import post_save


class OrdersConfig(AppConfig):
    name = "orders"

    def ready(self):
        from orders import signals  # noqa: F401
        from orders.handlers import on_added
        from orders.handlers import on_removed

        post_save.connect(on_added)
        post_save.connect(on_removed)

        AppConfig.ready(self)
