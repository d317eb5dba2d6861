from django import apps
from django.db.models.signals import post_migrate


class PluginConfig(apps.AppConfig):
    """What every plugin derives from."""


class ShopConfig(PluginConfig):
    name = "shop"
    default = True

    def ready(self):
        super().ready()
        from . import signals  # noqa: F401


def fill(sender, **kwargs):
    pass


post_migrate.connect(fill)
