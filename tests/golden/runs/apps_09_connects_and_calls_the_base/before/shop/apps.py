from django.apps import AppConfig


class ShopConfig(AppConfig):
    name = "shop"

    def ready(self):
        from django.db.models.signals import post_save

        from shop.signals.handlers import changed

        post_save.connect(changed)

        AppConfig.ready(self)
