from django.apps import AppConfig

lazy from shop import signals


class ShopConfig(AppConfig):
    name = "shop"
