from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "orders"

    def ready(self):
        importlib.import_module(f"{self.name}.signals")
