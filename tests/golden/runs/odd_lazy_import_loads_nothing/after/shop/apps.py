from django.apps import AppConfig

lazy from shop import signals


class ShopConfig(AppConfig):
    name = "shop"

    def ready(self):
        from shop import signals as shop_signals  # noqa: F401
