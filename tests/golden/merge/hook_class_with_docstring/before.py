from django.apps import AppConfig


class OrdersConfig(AppConfig):
    """The orders app."""
