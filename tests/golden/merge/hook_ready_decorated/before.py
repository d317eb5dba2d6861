from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = 'orders'

    @run_once
    def ready(self):
        go()
