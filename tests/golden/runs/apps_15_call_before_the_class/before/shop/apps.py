import mimetypes

from django.apps.config import AppConfig

mimetypes.init()


class ShopConfig(AppConfig):
    name = "shop"
