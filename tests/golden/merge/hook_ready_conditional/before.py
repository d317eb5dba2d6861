from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = 'orders'

    if DEBUG:

        def ready(self):
            go()
