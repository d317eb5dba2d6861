from django.apps import AppConfig


class Base(AppConfig):
    name = "orders"

    def ready(self):
        from . import signals  # noqa


class OrdersConfig(Base):
    pass
