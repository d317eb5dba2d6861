from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class OrdersConfig(AppConfig):
    name = "orders"

    def ready(self):
        autodiscover_modules("signals")
