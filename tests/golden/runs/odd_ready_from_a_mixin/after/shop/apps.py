from django.apps import AppConfig

from shop.mixins import Starts


class ShopConfig(Starts, AppConfig):
    name = "shop"

    def ready(self):
        super().ready()
        from shop import signals  # noqa: F401
