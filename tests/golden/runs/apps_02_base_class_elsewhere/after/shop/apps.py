from core.application import CoreConfig


class ShopConfig(CoreConfig):
    name = "shop"
    label = "shop"
    default = True

    def ready(self):
        super().ready()
        from . import signals  # noqa: F401
