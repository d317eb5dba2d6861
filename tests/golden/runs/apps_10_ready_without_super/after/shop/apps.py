from importlib import import_module

from django.apps import AppConfig


class Discovering(AppConfig):
    def ready(self):
        for name in ("subscribers", "views"):
            try:
                import_module(f"{self.name}.{name}")
            except ImportError:
                pass


class ShopConfig(Discovering):
    name = "shop"

    def ready(self):
        from . import subscribers  # noqa: F401

        self.started = True
