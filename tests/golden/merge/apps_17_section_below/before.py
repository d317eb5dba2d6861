from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "orders"

    def ready(self):
        from django.conf import settings

        if not settings.DEBUG:
            return
        warn(self)
