from django.apps import AppConfig
from django.db.models import signals


def connect_shop_signals():
    from . import signals as handlers

    signals.post_save.connect(handlers.changed, dispatch_uid="changed")


def disconnect_shop_signals():
    signals.post_save.disconnect(dispatch_uid="changed")


class ShopConfig(AppConfig):
    name = "shop"

    def ready(self):
        connect_shop_signals()
