from core.apps import CoreAppConfig


class OrdersConfig(CoreAppConfig):
    name = "orders"

    def ready(self) -> None:
        from . import signals  # noqa: F401

        for module in ("views",):
            load(module)
