from django.apps import AppConfig
from django.conf import settings


class ShopConfig(AppConfig):
    name = "shop"

    def ready(self):
        from . import signals  # noqa: F401

        if (
            not settings.SHOP_OPEN
            or settings.TESTING
        ):
            return

        self.open()

    def open(self):
        pass
