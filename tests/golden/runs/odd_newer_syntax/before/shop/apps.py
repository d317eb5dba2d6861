from django.apps import AppConfig


class ShopConfig(AppConfig):
    name = "shop"

    def ready(self):
        try:
            self.start()
        except ValueError, KeyError:
            pass

    def start(self):
        pass
