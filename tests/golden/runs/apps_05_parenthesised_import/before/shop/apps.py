from django.apps import AppConfig


class ShopConfig(AppConfig):
    name = "shop"

    def ready(self):
        from shop.receivers import (  # noqa: F401
            own,  # noqa: F401
        )
