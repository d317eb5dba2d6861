from django.apps import AppConfig


class OnlyConfig(AppConfig):
    name = "shop"


class ReviewsConfig(AppConfig):
    name = "shop"


class ShopConfig(OnlyConfig, ReviewsConfig):
    pass
