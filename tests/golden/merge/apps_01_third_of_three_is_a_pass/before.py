from django.apps import AppConfig


class Base(AppConfig):
    name = "orders"

    def ready(self):
        from . import checks  # noqa


class Mixin:
    def ready(self):
        super().ready()


class OrdersConfig(Base, Mixin): pass
