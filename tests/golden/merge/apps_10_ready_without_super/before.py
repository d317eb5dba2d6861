from core.apps import CoreAppConfig


class OrdersConfig(CoreAppConfig):
    name = "orders"

    def ready(self) -> None:
        for module in ("views",):
            load(module)
