from django.apps import AppConfig


def connect_orders_signals():
    from . import handlers
    post_save.connect(handlers.on_saved, dispatch_uid="orders_saved")


def disconnect_orders_signals():
    post_save.disconnect(dispatch_uid="orders_saved")


class OrdersConfig(AppConfig):
    name = "orders"

    def ready(self):
        connect_orders_signals()
