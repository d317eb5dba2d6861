import mimetypes

from django.apps.config import AppConfig

mimetypes.init()


class ShopConfig(AppConfig):
    name = "shop"

    def ready(self):
        from . import signals  # noqa: F401
