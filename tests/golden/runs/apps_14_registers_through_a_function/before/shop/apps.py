from django.apps import AppConfig


class ShopAppConfig(AppConfig):
    name = "shop"
    label = "shopcore"

    def ready(self):
        from shop.signal_handlers import register_signal_handlers

        register_signal_handlers()
