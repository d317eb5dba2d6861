from django.apps import AppConfig


class OnlyConfig(AppConfig):
    name = "shop"

    def ready(self):
        from . import receivers  # noqa: F401


class ReviewsConfig(AppConfig):
    name = "shop"


class ShopConfig(OnlyConfig, ReviewsConfig):
    pass
