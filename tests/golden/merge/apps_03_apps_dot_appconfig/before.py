from django import apps
from django.db.models.signals import post_migrate


class PluginConfig(apps.AppConfig):
    """Base of all plugins."""

    abstract = True


class OrdersConfig(apps.AppConfig):
    name = "orders"
    default_auto_field = "django.db.models.BigAutoField"


def _populate(sender, **kwargs):
    pass


post_migrate.connect(_populate)
