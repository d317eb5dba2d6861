from core.application import ShopConfig


class OrdersConfig(ShopConfig):
    label = "orders"
    name = "orders"
    namespace = "orders"

    def ready(self):
        super().ready()
        from . import signals  # noqa: F401
