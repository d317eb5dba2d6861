from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "orders"

    def ready(self):
        try:
            go()
        except ValueError, TypeError:
            pass
