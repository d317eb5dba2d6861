from django.apps import AppConfig


class ShopConfig(AppConfig):
    name = "shop"


class OtherConfig(AppConfig):
    name = "shop"
