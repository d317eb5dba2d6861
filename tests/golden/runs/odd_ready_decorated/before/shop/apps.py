from django.apps import AppConfig

from shop.once import once


class ShopConfig(AppConfig):
    name = "shop"

    @once
    def ready(self):
        pass
