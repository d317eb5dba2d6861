from django.apps import AppConfig

from shop.mixins import Starts


class ShopConfig(Starts, AppConfig):
    name = "shop"
