from core.application import ShopConfig


class OrdersConfig(ShopConfig):
    label = "orders"
    name = "orders"
    namespace = "orders"
