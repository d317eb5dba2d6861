from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "orders"

    def ready(self):
        if (
            settings.A
            and not settings.B
        ):
            return
        connect(self)
