from django.apps import AppConfig


class ShopConfig(AppConfig):
    name = "shop"

    def ready(self):
        self.name = = "x"

    def later(self) -> int ?:
        pass
